"""The schema of a command: a class in a file, a class in a module, or fields written on the command line."""
