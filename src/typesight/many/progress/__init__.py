"""How far a run is: as a value, as a line, and on the screen."""
