"""Statistics of scores: shares with intervals, calibration, coverage, paired tests, the frontier of settings."""
