"""Tables: an evaluation as text for a terminal or a log."""
