"""OCR on this machine: engines, lines and rows of text, check boxes, and turning pictures upright."""
