"""The ledger of runs: one SQLite file that knows what came of each document."""
