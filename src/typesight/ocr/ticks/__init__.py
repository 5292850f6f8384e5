"""Find check boxes, radio buttons and switches in the pixels of a picture."""
