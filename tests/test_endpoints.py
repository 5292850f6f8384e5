"""What goes over the wire to each endpoint, held against its rules by the Sandbox and against the table in the docs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import typesight
from draw_tables import read_table
from sent_bodies import CASES, COLUMNS, Case, describe_requests
from support import GOOD, RECORD, Receipt
from typesight import Image, from_provider
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
EACH = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
pytestmark = pytest.mark.filterwarnings("ignore::typesight.ProfileWarning")


@pytest.mark.slow
@EACH
def test_what_goes_over_the_wire_is_as_the_docs_say_and_as_the_endpoint_takes_it(
    case: Case, sandbox: Start, picture: bytes, tmp_path: Path, web: str
) -> None:
    box = sandbox(*[GOOD] * 6, plays=case.plays)
    file = tmp_path / "receipt.png"
    file.write_bytes(picture)
    with from_provider(case.name, profile=case.profile, sdk=case.sdk(box)) as client:
        found = describe_requests(client, box, picture, file, web, case.call)
    assert found == read_table("sent")[case.title]


def test_the_table_of_the_docs_has_a_row_for_each_endpoint() -> None:
    found = read_table("sent")
    assert found.pop("endpoint") == COLUMNS
    assert list(found) == [case.title for case in CASES]


@EACH
async def test_each_is_read_and_streamed_asynchronously_too(case: Case, sandbox: Start, picture: bytes) -> None:
    box = sandbox(GOOD, GOOD, "raw", plays=case.plays)
    options: dict[str, Any] = {"profile": case.profile, "sdk": case.sdk(box)}
    client: typesight.AsyncClient[Any] = from_provider(case.name, async_client=True, **options)
    messages = [{"role": "user", "content": ["Read it.", Image(picture)]}]
    async with client:
        assert await client.create(messages=messages, response_model=Receipt, **case.call) == RECORD
        shown = [each async for each in client.create_partial(messages=messages, response_model=Receipt, **case.call)]
        assert shown[-1] == RECORD
        assert await client.create(messages=messages, **case.call) is not None
    assert [request.status for request in box.requests] == [200, 200, 200]
