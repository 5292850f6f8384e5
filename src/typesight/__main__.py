"""`python -m typesight` is the command line."""

from typesight.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
