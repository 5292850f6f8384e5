"""Opening a picture: from its source to upright pixels. Detects formats, checks files and strips metadata."""
