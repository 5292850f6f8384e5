"""Pictures read on this machine: engines, the lines they find, rows of lines, ticks, and how a picture is turned."""
