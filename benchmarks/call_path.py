"""The way of a call: how many files and functions of the package run on it.

    python benchmarks/call_path.py [CHECKOUT] [--wire chat | responses | anthropic] [--list]

CHECKOUT is the folder of another version, this one by default: every version is counted by this script. The ways are
"down", from `client.create` to the SDK's own `create`, with a picture that is new and with one that was sent before;
"back", from a valid first reply to the record; "reask", from a reply that fails to the SDK's next call; and "back,
after a reask". Images are made before anything is counted, and one call runs before, so that what is kept for good is
there. A function counts each time that it is called; comprehensions, generator expressions and lambdas do not, since
Python versions differ in which of them are calls. What the SDK calls back is not on the way.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from inspect import CO_GENERATOR
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from pictures import scanned_receipt
from pydantic import BaseModel

# The SDKs' own functions that send a request.
SENDING = tuple(
    f"resources/{file}.py" for file in ("chat/completions/completions", "responses/responses", "messages/messages")
)
RIGHT = {"company": "Corner Shop", "total": "12.50"}
WRONG = {"company": "Corner Shop", "total": "twelve"}


class Receipt(BaseModel):
    """A receipt."""

    company: str
    total: Decimal


class WayCounter:
    """Counts the package's calls, anew each time that the SDK's call begins; has state because it listens."""

    def __init__(self, package: Path) -> None:
        self.ways: list[Counter[tuple[str, str]]] = [Counter()]
        self._package = f"{package}/"
        self._sending: FrameType | None = None
        self._starts: dict[CodeType, int] = {}

    @contextmanager
    def listen(self) -> Iterator[None]:
        """Count what runs inside the `with` block."""
        sys.setprofile(self._notice)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _notice(self, frame: FrameType, event: str, argument: object) -> None:
        del argument
        code = frame.f_code
        if self._sending is not None:
            self._sending = None if event == "return" and frame is self._sending else self._sending
        elif event == "call" and code.co_name == "create" and code.co_filename.endswith(SENDING):
            self._sending = frame
            self.ways.append(Counter())
        elif event == "call" and code.co_filename.startswith(self._package) and self._is_start(frame):
            self.ways[-1][code.co_filename.removeprefix(self._package), code.co_qualname] += 1

    def _is_start(self, frame: FrameType) -> bool:
        """Whether a named function begins, rather than a comprehension, or a generator going on."""
        if frame.f_code.co_name.startswith("<"):
            return False
        start = self._starts.setdefault(frame.f_code, frame.f_lasti)
        return not frame.f_code.co_flags & CO_GENERATOR or frame.f_lasti == start


def count_ways(package: Path, wire: str) -> dict[str, Counter[tuple[str, str]]]:
    """The calls of each way, by file and function."""
    import typesight
    from typesight.testing import Sandbox

    replies = [RIGHT, RIGHT, RIGHT, WRONG, RIGHT]
    with Sandbox(answer=replies) as box:
        client, model = _connect(wire, box)
        images = [typesight.Image.from_bytes(scanned_receipt(seed)) for seed in range(2)]

        def call(image: Any) -> list[Counter[tuple[str, str]]]:
            counter = WayCounter(package)
            messages = [{"role": "user", "content": ["Read the receipt.", image]}]
            with counter.listen():
                record = client.create(response_model=Receipt, model=model, messages=messages, max_tokens=1_000)
            assert record == Receipt(company="Corner Shop", total=Decimal("12.50"))
            return counter.ways

        call(images[0])
        cold, _ = call(images[1])
        warm, back = call(images[1])
        _, reask, back_again = call(images[1])
        assert len(box.requests) == len(replies)
    return {
        "down, new picture": cold,
        "down, known picture": warm,
        "back": back,
        "reask": reask,
        "back, after a reask": back_again,
    }


def _connect(wire: str, box: Any) -> tuple[Any, str]:
    """A client of a wire, and the model to ask."""
    import typesight

    if wire == "anthropic":
        import anthropic

        sdk: Any = anthropic.Anthropic(base_url=box.anthropic_url, api_key="k")
        return typesight.from_anthropic(sdk), "claude-sonnet-4-5"
    import openai

    sdk = openai.OpenAI(base_url=box.openai_url, api_key="k")
    return typesight.from_openai(sdk, api="responses" if wire == "responses" else "auto"), "gpt-4o"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", nargs="?", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--wire", choices=["chat", "responses", "anthropic"], default="chat")
    parser.add_argument("--list", action="store_true", help="name the files, each with its functions")
    asked = parser.parse_args()
    source = asked.checkout.resolve() / "src"
    sys.path.insert(0, str(source))
    import typesight

    package = Path(typesight.__file__).parent
    assert package == source / "typesight", f"imported {package}"
    ways = count_ways(package, asked.wire)
    print("| way | files | calls |\n|---|---|---|")
    for name, way in ways.items():
        print(f"| {name} | {len({file for file, _ in way})} | {way.total()} |")
    for name, way in ways.items() if asked.list else ():
        print(f"\n{name}")
        for file in dict.fromkeys(file for file, _ in way):
            functions = {function: times for (where, function), times in way.items() if where == file}
            said = ", ".join(f"{function} x{times}" if times > 1 else function for function, times in functions.items())
            print(f"  {file} ({sum(functions.values())}): {said}")


if __name__ == "__main__":
    main()
