"""Where in the pictures the values of a record are printed, and the parts of a picture to show again."""
