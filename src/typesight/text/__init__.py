"""Read values from printed text: amounts, dates, numbers; and normalise text to compare it."""
