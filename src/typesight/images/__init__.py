"""Pictures: where the pixels are, what an endpoint takes of them, and the bytes that are sent."""

from typesight.images.encoding import single_parts as single_parts  # hands Image its form on each wire
