"""The rows of the command line: how a document's row is built, where it goes, and where rows are read from."""
