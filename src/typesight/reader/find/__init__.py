"""The candidates of one field, by what suits its kind."""
