"""Read all example receipts with Claude, several at a time. Run it again: what is read is not asked for again.

pip install ".[anthropic,cli]" && ANTHROPIC_API_KEY=… python examples/read_with_anthropic.py
"""

import asyncio
from pathlib import Path

import anthropic

import typesight
from receipts.receipt import Receipt

PICTURES = sorted((Path(__file__).parent / "receipts").glob("*.jpg"))


async def main() -> None:
    async with anthropic.AsyncAnthropic() as sdk:
        client = typesight.from_anthropic(sdk, model="claude-haiku-5-5")
        run = client.extract_many(Receipt, PICTURES, ledger="receipts.db")
        async for outcome in run:
            name = Path(outcome.source).name
            if isinstance(outcome, typesight.Failure):
                print(f"{name}: {outcome.error}")
            else:
                print(f"{name}: {outcome.record}")
        print(f"{run.progress.done} of {len(PICTURES)} read")


if __name__ == "__main__":
    asyncio.run(main())
