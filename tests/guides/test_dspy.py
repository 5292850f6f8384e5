"""The forms of dspy.Image's constructor, with the import changed. Source: dspy 3.4.1 and, for the older ones, 3.1."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import PIL.Image
import pytest
from pydantic import BaseModel

import typesight
from typesight import Image
from typesight.testing import Sandbox

Serve = Callable[..., Sandbox]
URL = "https://example.com/dog.jpg"


def data_uri() -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(Path('image.jpg').read_bytes()).decode()}"


# Rows: (the form, what makes it); those of the second table name a picture by its URL.
DATA: dict[str, Callable[[], Image]] = {
    "Image(data_uri)": lambda: Image(data_uri()),
    "Image(bytes)": lambda: Image(Path("image.jpg").read_bytes()),
    "Image(PIL image)": lambda: Image(PIL.Image.open("image.jpg")),
    'Image({"url": data_uri})': lambda: Image({"url": data_uri()}),
    "Image(url=data_uri)": lambda: Image(url=data_uri()),
    "Image(path)": lambda: Image("image.jpg"),
    "Image.from_path": lambda: Image.from_path("image.jpg"),
    "Image.from_file": lambda: Image.from_file("image.jpg"),
    "Image.from_PIL": lambda: Image.from_PIL(PIL.Image.open("image.jpg")),
}
NAMED: dict[str, Callable[[], Image]] = {
    "Image(url)": lambda: Image(URL),
    "Image(url, download=False)": lambda: Image(URL, download=False),
    "Image(url=url)": lambda: Image(url=URL),
    'Image({"url": url})': lambda: Image({"url": URL}),
    "Image.from_url": lambda: Image.from_url(URL),
}


class Dog(BaseModel):
    breed: str


def ask(box: Sandbox, image: Image) -> Any:
    client = typesight.from_openai(openai.OpenAI(), model="gpt-4o-mini")
    messages = [{"role": "user", "content": ["What is the breed?", image]}]
    assert client.create(response_model=Dog, messages=messages) == Dog(breed="Golden Retriever")
    return box.requests[0].pictures[0]


@pytest.mark.parametrize("form", DATA)
def test_a_form_that_holds_a_picture_sends_it(form: str, serve: Serve) -> None:
    picture = ask(serve({"breed": "Golden Retriever"}), DATA[form]())
    assert picture.size == (320, 240)


@pytest.mark.parametrize("form", NAMED)
def test_a_form_that_names_a_url_sends_that(form: str, serve: Serve) -> None:
    assert ask(serve({"breed": "Golden Retriever"}), NAMED[form]()).reference == URL


@pytest.mark.parametrize("download", ["constructor", "from_url"])
def test_downloading_is_done_here(download: str, serve: Serve, web: str) -> None:
    image = Image(web, download=True) if download == "constructor" else Image.from_url(web, download=True)
    box = serve({"breed": "Golden Retriever"})
    client = typesight.from_openai(openai.OpenAI(), model="gpt-4o-mini")
    messages = [{"role": "user", "content": ["What is the breed?", image]}]
    opened = typesight.Downloads(allow_hosts=["127.0.0.1"])
    assert client.create(response_model=Dog, messages=messages, downloads=opened) == Dog(breed="Golden Retriever")
    assert box.requests[0].pictures[0].media_type == "image/png"


def test_an_image_is_a_field_of_a_model_and_tells_its_url() -> None:
    class Pet(BaseModel):
        photo: Image

    pet = Pet(photo=Image(URL))
    assert (pet.photo.url, pet.photo.format()) == (URL, URL)
    assert Pet.model_validate_json(pet.model_dump_json()) == pet
