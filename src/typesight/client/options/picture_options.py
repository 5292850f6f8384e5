"""The options about pictures, a row each; each is a field of `Preparation`, which checks it."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from typesight.client.options.option import Flag, Option
from typesight.client.options.option_readers import parse_count, parse_switch
from typesight.images.download import Downloads
from typesight.images.encoding.prepare import Preparation

__all__ = ["PictureOptions"]

Switch = Literal["auto"] | bool | None


class PictureOptions(TypedDict, total=False):
    """Options of every call about its pictures."""

    max_side: Annotated[
        int | None,
        Option(
            "The longest side that a picture is sent with, if the endpoint would take more.",
            takes="pixels",
            field_of=Preparation,
            flag=Flag("PIXELS", parse_count),
        ),
    ]
    max_pixels: Annotated[
        int | None,
        Option(
            "The largest picture that is opened, by what its header says.",
            takes="pixels, width times height",
            field_of=Preparation,
            flag=Flag("PIXELS", parse_count),
        ),
    ]
    tile: Annotated[
        Switch | None,
        Option(
            "Whether a till roll is cut into parts that overlap, when it would be shrunk too much.",
            takes='"auto" or False',
            field_of=Preparation,
            flag=Flag("auto|off", parse_switch),
        ),
    ]
    turn: Annotated[
        Switch | None,
        Option(
            "Whether a picture is turned if its text lies sideways (extra `local`).",
            takes='"auto" or False',
            extract_default="auto",
            field_of=Preparation,
            flag=Flag("auto|off", parse_switch),
        ),
    ]
    downloads: Annotated[
        Downloads | None,
        Option("What may be downloaded, and how much.", takes="a `Downloads(…)`", field_of=Preparation),
    ]
