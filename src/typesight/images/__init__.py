"""Pictures: where the pixels are, what an endpoint takes of them, and the bytes that are sent."""

from typesight.images import spelled as spelled  # hands Image its spelling for each wire
