"""Read all example receipts with Claude, several at a time.

pip install ".[anthropic]" && ANTHROPIC_API_KEY=… python examples/read_with_anthropic.py
"""

import asyncio
from pathlib import Path

import anthropic

import typesight
from receipts.receipt import Receipt

FOLDER = Path(__file__).parent / "receipts"


async def main() -> None:
    async with anthropic.AsyncAnthropic() as sdk:
        client = typesight.from_anthropic(sdk, model="claude-haiku-5-5")
        pictures = sorted(FOLDER.glob("*.jpg"))
        results = await asyncio.gather(
            *(client.extract(Receipt, picture) for picture in pictures), return_exceptions=True
        )
    for picture, result in zip(pictures, results, strict=True):
        if isinstance(result, typesight.ExtractionFailed):
            print(f"{picture.name}: {result.errors}, but {result.partial}")
        elif isinstance(result, BaseException):
            print(f"{picture.name}: {result}")
        else:
            print(f"{picture.name}: {result.record}")


if __name__ == "__main__":
    asyncio.run(main())
