"""From a source to pixels: which format a file is, what is wrong with it, its metadata taken off, upright."""
