"""Read one receipt with an OpenAI model; tell what it took.

pip install ".[openai,prices]" && OPENAI_API_KEY=… python examples/read_with_openai.py
"""

from pathlib import Path

import openai

import typesight
from receipts.receipt import Receipt

PICTURE = next((Path(__file__).parent / "receipts").glob("*.jpg"))


def main() -> None:
    client = typesight.from_openai(openai.OpenAI(), model="gpt-6-luna")
    receipt = client.create(
        response_model=Receipt,
        messages=[{"role": "user", "content": ["Read this receipt.", typesight.Image(PICTURE)]}],
    )
    print(receipt)

    extraction = client.extract(Receipt, PICTURE)  # the same with the library's own prompt, and an account of it
    print(extraction.usage, f"${extraction.cost}", f"{len(extraction.attempts)} attempt(s)")


if __name__ == "__main__":
    main()
