"""Pictures: open and download them, and encode them within the limits of an endpoint."""

from typesight.images.encoding import single_parts as single_parts  # Image.to_openai() and its kin need it
