"""Find where in the pictures the values of a record are printed, and which parts of a picture to show again."""
