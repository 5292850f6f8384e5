"""Wire cases against a real endpoint: `python -m typesight.testing.live --model openai/gpt-6-luna`."""
