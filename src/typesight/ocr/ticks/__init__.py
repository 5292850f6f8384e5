"""Check boxes, radio buttons and switches, found in the pixels."""
