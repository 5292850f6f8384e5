"""An estimate tells what a call would take before it is made, and is never below what is really sent."""

from __future__ import annotations

import dataclasses
import socket
import warnings
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import openai
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFile

import typesight
from support import GOOD, Clients, Receipt
from typesight import Estimate, Image, ModeError, ProfileWarning, VisionProfile
from typesight.models.model_rows import find_profile
from typesight.models.profiles import MB
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
VENDORS = ("openai", "anthropic")
MODELS = {"openai": "gpt-4o", "anthropic": "claude-haiku-5-5"}


def file_of(picture: Pillow.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def photo(width: int, height: int) -> Pillow.Image:
    """Something like a photograph: soft shapes under a little noise."""
    noise = Pillow.frombytes("L", (width // 8, height // 8), Random(7).randbytes((width // 8) * (height // 8)))
    soft = noise.resize((width, height), Pillow.Resampling.BICUBIC)
    grain = Pillow.effect_noise((width, height), 18)
    return Pillow.merge("RGB", (soft, Pillow.blend(soft, grain, 0.3), grain))


def receipt(width: int, height: int) -> Pillow.Image:
    page = Pillow.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(page)
    for row in range(20, height - 20, 24):
        pen.text((20, row), f"item {row}  {row / 7:.2f}  thank you for shopping", "black")
    return page


def turned(picture: Pillow.Image) -> bytes:
    """A JPEG that is to be turned by a quarter."""
    exif = Pillow.Exif()
    exif[0x0112] = 6
    return file_of(picture, "JPEG", exif=exif)


PICTURES: dict[str, Callable[[], bytes]] = {
    "a photo that is shrunk": lambda: file_of(photo(2400, 1800), "JPEG", quality=92),
    "a photo that must be turned": lambda: turned(photo(1600, 1200)),
    "a receipt that is kept": lambda: file_of(receipt(500, 700), "PNG"),
    "a receipt that is shrunk": lambda: file_of(receipt(1800, 2600), "PNG"),
    "a GIF": lambda: file_of(receipt(400, 400).convert("P"), "GIF"),
    "a picture with alpha": lambda: file_of(receipt(600, 400).convert("RGBA"), "PNG"),
    "a WebP": lambda: file_of(photo(640, 480), "WEBP"),
    "a TIFF": lambda: file_of(photo(640, 480), "TIFF"),
    "a tiny picture": lambda: file_of(Pillow.new("RGB", (3, 2)), "PNG"),
}


@pytest.fixture
def any_doubt() -> Any:
    """Sending a picture that may be read badly warns, which is not what is tested here."""
    with pytest.warns() as caught:
        yield caught
        warnings.warn("so that there is one", UserWarning, stacklevel=1)


@pytest.fixture
async def ollama() -> AsyncIterator[typesight.Client]:
    """A client of a local server, which is never asked."""
    sdk = openai.OpenAI(base_url="http://localhost:11434/v1", api_key="k")
    yield typesight.from_openai(sdk, model="qwen2.5vl:7b", profile="ollama")
    sdk.close()


def ask(*parts: Any, text: str = "Read this receipt.") -> list[dict[str, Any]]:
    return [{"role": "user", "content": [text, *parts]}]


def problems_of(model: str, *pictures: Any) -> str:
    return "\n".join(typesight.estimate(model, list(pictures)).problems)


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", PICTURES)
def test_an_estimate_is_at_least_what_is_sent_and_its_tokens_are_those_of_the_size_sent(
    vendor: str, name: str, sandbox: Start, clients: Clients, any_doubt: Any
) -> None:
    box = sandbox(GOOD)
    client = clients.sync(vendor, box)
    arguments: dict[str, Any] = {"response_model": Receipt, "messages": ask(Image(PICTURES[name]()))}
    told = client.estimate(**arguments)
    client.create(**arguments)
    (request,) = box.requests
    (sent,) = request.pictures
    assert told.image_tokens == [find_profile(MODELS[vendor]).tokens(sent.size)]
    assert len(request.raw) <= told.wire_bytes <= len(request.raw) + 2 * sent.size[0] * sent.size[1] + 8_192


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_picture_that_is_kept_counts_as_its_file(vendor: str, sandbox: Start, clients: Clients) -> None:
    box = sandbox(GOOD)
    client = clients.sync(vendor, box)
    messages = ask(Image(PICTURES["a receipt that is kept"]()))
    arguments: dict[str, Any] = {"response_model": Receipt, "messages": messages}
    told = client.estimate(**arguments)
    client.create(**arguments)
    assert told.wire_bytes - len(box.requests[0].raw) < 1_500
    assert told.problems == []


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("mode", list(typesight.Mode))
def test_text_is_never_counted_below_what_is_sent(
    vendor: str, mode: typesight.Mode, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD)
    client = clients.sync(vendor, box)
    arguments: dict[str, Any] = {
        "response_model": Receipt,
        "messages": [{"role": "system", "content": "Sei genau: äöü, 漢字, 🧾."}, *ask(text="Lies das. " * 50)],
        "mode": mode,
        "max_tokens": 300,
    }
    told = client.estimate(**arguments)
    client.create(**arguments)
    assert told.wire_bytes >= len(box.requests[0].raw)
    assert told.input_tokens >= len(box.requests[0].raw) // 4


@pytest.mark.slow
def test_a_till_roll_counts_as_the_parts_that_it_is_sent_in(sandbox: Start, clients: Clients, any_doubt: Any) -> None:
    box = sandbox(GOOD)
    client = clients.sync("anthropic", box, model="claude-haiku-4-5")
    messages = ask(Image(file_of(receipt(500, 9000), "PNG")))
    told = client.estimate(response_model=Receipt, messages=messages)
    client.create(response_model=Receipt, messages=messages)
    profile = find_profile("claude-haiku-4-5")
    sent = [profile.tokens(picture.size) or 0 for picture in box.requests[0].pictures]
    assert len(sent) > 1
    assert told.image_tokens == [pytest.approx(sum(sent), rel=0.1)]


def test_max_side_lowers_what_is_estimated(clients: Clients, sandbox: Start) -> None:
    client = clients.sync("anthropic", sandbox(GOOD))
    messages = ask(Image(PICTURES["a photo that is shrunk"]()))
    told = client.estimate(response_model=Receipt, messages=messages, max_side=280)
    assert told.image_tokens == [10 * 8]


async def test_on_an_asynchronous_client_it_is_a_plain_function(clients: Clients, sandbox: Start) -> None:
    client = clients.asynchronous("openai", sandbox(GOOD))
    told = client.estimate(response_model=Receipt, messages=ask(Image(PICTURES["a WebP"]())))
    assert type(told) is Estimate


def test_the_caller_may_estimate_a_call_without_a_response_model(clients: Clients, sandbox: Start) -> None:
    client = clients.sync("openai", sandbox(GOOD))
    assert client.estimate(messages=ask(Image(PICTURES["a WebP"]()))).image_tokens == [765 - 2 * 170]


def test_nothing_is_sent(clients: Clients, sandbox: Start, picture: bytes) -> None:
    box = sandbox(GOOD)
    clients.sync("openai", box).estimate(response_model=Receipt, messages=ask(Image(picture)))
    assert box.requests == []


def test_no_network_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> Any:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert typesight.estimate("bedrock/anthropic.claude-haiku-5-5", "https://example.org/a.jpg").image_tokens == [None]


@pytest.mark.slow
def test_no_pixel_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Any) -> Any:
        raise AssertionError("a pixel was decoded")

    data = [make() for make in PICTURES.values()]
    monkeypatch.setattr(ImageFile.ImageFile, "load", refused)
    told = typesight.estimate("gpt-4o", data)
    assert None not in told.image_tokens


def test_an_estimate_is_frozen() -> None:
    told = typesight.estimate("gpt-4o", "https://example.org/a.jpg")
    with pytest.raises(dataclasses.FrozenInstanceError):
        told.input_tokens = 0  # type: ignore[misc]


def test_a_url_that_nobody_has_looked_at_has_no_tokens_and_no_price() -> None:
    told = typesight.estimate("gpt-4o", "https://example.org/a.jpg")
    assert (told.image_tokens, told.usd, told.problems) == ([None], None, [])


def test_a_url_that_has_to_be_fetched_counts_as_the_largest_picture_it_could_be() -> None:
    passed = typesight.estimate("anthropic/claude-haiku-5-5", "https://example.org/a.jpg")
    fetched = typesight.estimate("bedrock/anthropic.claude-haiku-5-5", "https://example.org/a.jpg")
    assert passed.wire_bytes < 1_000
    assert fetched.wire_bytes > 4 * MB


def test_dollars_are_those_of_the_input() -> None:
    told = typesight.estimate("openai/gpt-4o", PICTURES["a WebP"]())
    assert told.usd == pytest.approx(told.input_tokens * 2.5e-6)  # $2.50 a million. Source: genai-prices 0.2.3


def test_dollars_are_not_known_where_no_list_has_the_model() -> None:
    assert typesight.estimate("infron/openai/gpt-4o", PICTURES["a WebP"]()).usd is None


def test_this_machine_costs_nothing() -> None:
    told = typesight.estimate("local", PICTURES["a WebP"]())
    assert (told.image_tokens, told.input_tokens, told.wire_bytes, told.usd) == ([None], 0, 0, 0.0)


def test_a_picture_that_is_sent_twice_counts_twice(picture: bytes) -> None:
    once, twice = (typesight.estimate("gpt-4o", [picture] * count) for count in (1, 2))
    assert twice.image_tokens == once.image_tokens * 2
    assert twice.wire_bytes > once.wire_bytes + len(picture)


def test_a_missing_picture_is_a_problem_in_words(tmp_path: Path) -> None:
    told = typesight.estimate("gpt-4o", [str(tmp_path / "none.jpg"), PICTURES["a WebP"]()])
    assert told.image_tokens == [None, 425]
    assert len(told.problems) == 1
    assert told.problems[0].startswith("Image 1: there is no file")


def test_what_is_no_picture_is_a_problem_in_words(tmp_path: Path) -> None:
    path = tmp_path / "page.jpg"
    path.write_bytes(b"%PDF-1.7 ...")
    assert "a PDF" in problems_of("gpt-4o", str(path))


def test_a_picture_that_claims_too_many_pixels_is_a_problem_in_words(clients: Clients, sandbox: Start) -> None:
    client = clients.sync("openai", sandbox(GOOD))
    told = client.estimate(messages=ask(Image(PICTURES["a WebP"]())), max_pixels=1000)
    assert "640 x 480 pixels" in told.problems[0]


def test_a_picture_under_200_pixels_is_a_problem() -> None:
    assert "only 150 x 300 pixels" in problems_of("gpt-4o", file_of(Pillow.new("RGB", (150, 300)), "PNG"))


def test_a_picture_that_is_shrunk_below_six_tenths_is_a_problem() -> None:
    large = file_of(Pillow.new("RGB", (3024, 4032)), "PNG")
    assert "sent at 0.55 of its size" in problems_of("claude-haiku-5-5", large)
    assert problems_of("claude-haiku-5-5", file_of(Pillow.new("RGB", (2000, 2000)), "PNG")) == ""


def test_too_many_pictures_are_a_problem(picture: bytes) -> None:
    assert "11 pictures are more than the 10 that azure/gpt-4o takes" in problems_of("azure/gpt-4o", *[picture] * 11)


def test_a_profile_of_ones_own_is_held_against(picture: bytes) -> None:
    mine = VisionProfile("mine", max_images=1)
    told = typesight.estimate("my-alias", [picture] * 2, profile=mine)
    assert told.problems == ["2 pictures are more than the 1 that mine takes: send fewer"]


def test_the_stricter_limit_of_more_than_twenty_pictures_is_told() -> None:
    wide = file_of(Pillow.new("RGB", (2500, 700)), "PNG")
    assert "within 2000 pixels" in problems_of("claude-opus-5", *[wide] * 21)
    assert "within 2000 pixels" not in problems_of("claude-opus-5", *[wide] * 20)


def test_a_request_with_too_much_text_is_a_problem(clients: Clients, sandbox: Start) -> None:
    client = clients.sync("anthropic", sandbox(GOOD))
    told = client.estimate(messages=ask(text="x" * 33 * MB), response_model=Receipt)
    assert "the request may take 34.6 MB" in told.problems[0]


def test_pictures_that_must_share_a_small_request_are_told_of_their_loss() -> None:
    data = file_of(photo(1200, 1200), "JPEG", quality=95)
    profile = dataclasses.replace(find_profile("claude-haiku-5-5"), max_request_bytes=MB)
    told = typesight.estimate("claude-haiku-5-5", [data] * 10, profile=profile)
    assert "Image 1 may lose quality" in told.problems[0]
    assert told.wire_bytes <= MB


def test_the_small_context_of_a_local_server_is_a_problem(ollama: typesight.Client) -> None:
    told = ollama.estimate(response_model=Receipt, messages=ask(Image(file_of(receipt(2000, 2048), "PNG"))))
    assert "more than the 4096 that ollama/unknown keeps" in told.problems[-1]


def test_a_small_picture_fits_a_small_context(ollama: typesight.Client, picture: bytes) -> None:
    assert ollama.estimate(response_model=Receipt, messages=ask(Image(picture))).problems == []


def test_an_unknown_name_is_warned_about_as_it_would_be_in_the_call(picture: bytes) -> None:
    with pytest.warns(ProfileWarning, match="test-estimate-alias"):
        assert typesight.estimate("test-estimate-alias", picture).image_tokens == [None]


def test_a_mode_that_the_model_does_not_take_is_refused_as_in_the_call(clients: Clients, sandbox: Start) -> None:
    client = clients.sync("openai", sandbox(GOOD), model="gpt-6-astra")
    with pytest.raises(ModeError):
        client.estimate(response_model=Receipt, messages=ask(), mode=typesight.Mode.TOOLS, api="chat")


def test_a_profile_on_the_call_does_not_reach_the_sdk(clients: Clients, sandbox: Start, picture: bytes) -> None:
    box = sandbox(GOOD)
    clients.sync("openai", box).create(
        response_model=Receipt, messages=ask(Image(picture)), model="gpt-4o", profile="gpt-4o-mini"
    )
    assert "profile" not in box.requests[0].body


def test_an_opaque_name_is_known_by_the_profile_on_the_client(clients: Clients, sandbox: Start, picture: bytes) -> None:
    client = clients.sync("openai", sandbox(GOOD), model="my-deployment", profile="gpt-4o")
    told = client.estimate(response_model=Receipt, messages=ask(Image(picture)))
    assert told.image_tokens == [85 + 170]
