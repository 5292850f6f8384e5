"""`python -m typesight.testing.live` tries a real endpoint, and prints a table to send back."""

from typesight.testing.live.live_command import try_endpoint

if __name__ == "__main__":
    raise SystemExit(try_endpoint())
