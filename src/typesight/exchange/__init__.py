"""What is asked and answered, in no provider's words: what every wire speaks."""
