"""Read the example receipts on this machine: no key, no network.

pip install ".[local]" && python examples/read_locally.py
"""

from pathlib import Path

import typesight
from receipts.receipt import Receipt

FOLDER = Path(__file__).parent / "receipts"


def main() -> None:
    client = typesight.from_local()
    for picture in sorted(FOLDER.glob("*.jpg")):
        receipt = client.extract(Receipt, picture).record
        print(f"{picture.name}: {receipt.total} at {receipt.company} on {receipt.date}")


if __name__ == "__main__":
    main()
