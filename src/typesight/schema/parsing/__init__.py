"""A reply's text as JSON: exactly as it stands, past small slips, as it arrives, or from among other words."""
