"""VisionProfile: the picture limits of a model at an endpoint: formats, sizes, resize rules, token prices.

What is known about each model is in `model_rows.py`, how an endpoint changes it in `endpoint_rows.py`. `VisionProfile`
is public: pass your own for a model that has no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from typesight.models.image_tokens import DetailRule, SideLimit, Size

__all__ = [
    "GIF", "JPEG", "LOCAL_PROFILE", "MB", "PNG", "SAFE_PROFILE", "UNKNOWN_PROFILE", "WEBP", "Detail", "ProfileWarning",
    "VisionProfile",
]  # fmt: skip

Detail = Literal["auto", "low", "high", "original"]

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
MB = 1024 * 1024


class ProfileWarning(UserWarning):
    """A model's picture limits are unknown; pictures are sent within the limits of every endpoint."""


@dataclass(frozen=True, slots=True)
class VisionProfile:
    """The picture limits of one model behind one endpoint.

    `levels` maps each detail level to its rule (endpoints without levels have the one key `""`), `detail` is
    the level used when an Image has none; `""` is not sent. `max_bytes` and `max_request_bytes` count
    base64, in bytes; `max_side` is in pixels; `crowd` is (number of images, longest side in pixels): in a request with
    more images than that, none may have a longer side. `urls`: the endpoint fetches URLs itself. `text_first`: text
    goes before pictures. `context` is the default context length of a local server, in tokens. `source`
    says where the figures are from, and `as_of` their date.

    >>> VisionProfile("our-model", max_side=1024, urls=False).fit((4000, 3000))
    (1024, 768)

    Raises ValueError if `detail` is not one of the levels.
    """

    name: str
    levels: Mapping[str, DetailRule] = field(default_factory=lambda: {"": SideLimit(2048)})
    as_of: date | None = None
    source: str = "given by the application"
    detail: str = ""
    formats: frozenset[str] = frozenset({JPEG, PNG, GIF, WEBP})
    max_bytes: int = 20 * MB
    max_request_bytes: int = 512 * MB
    max_images: int = 1500
    max_side: int = 65_535
    crowd: tuple[int, int] | None = None
    urls: bool = True
    text_first: bool = False
    context: int | None = None

    def __post_init__(self) -> None:
        if self.detail not in self.levels:
            raise ValueError(f"detail={self.detail!r} is not one of the levels {sorted(self.levels)} of {self.name}")
        object.__setattr__(self, "levels", MappingProxyType(dict(self.levels)))
        object.__setattr__(self, "formats", frozenset(self.formats))

    def __hash__(self) -> int:
        # Without the rules: a caller's own need not be hashable.
        return hash((self.name, self.as_of, self.detail, frozenset(self.levels), self.max_side, self.max_bytes))

    def __reduce__(self) -> tuple[Any, ...]:
        held = (getattr(self, each.name) for each in fields(self))
        return VisionProfile, tuple(dict(value) if isinstance(value, Mapping) else value for value in held)

    def rule(self, detail: str | None = None) -> DetailRule:
        """The rule of a detail level; the profile's default if `detail` is None or not one of its levels."""
        return self.levels.get(detail or self.detail) or self.levels[self.detail]

    def fit(self, size: Size, *, detail: str | None = None, images: int = 1) -> Size:
        """The size (width, height) in which to send a picture, one of `images` in its request."""
        sides = [self.max_side]
        if self.crowd and images > self.crowd[0]:
            sides.append(self.crowd[1])
        return SideLimit(min(sides)).fit(self.rule(detail).fit(size))

    def tokens(self, size: Size, *, detail: str | None = None) -> int | None:
        """Image tokens billed for a picture of `size`; None if no price is published."""
        return self.rule(detail).count_tokens(size)


# A model without a row, behind an endpoint with published limits.
UNKNOWN_PROFILE = VisionProfile("unknown", max_images=100, max_side=8_000, as_of=date(2026, 11, 20), source="no row")
# A model without a row, behind an unknown endpoint: the limits that every endpoint accepts.
SAFE_PROFILE = replace(
    UNKNOWN_PROFILE,
    name="safe",
    formats=frozenset({JPEG, PNG}),
    max_bytes=5 * MB,
    max_request_bytes=20 * MB,
    max_images=20,
    urls=False,
    source="the least that gateways agree on",
)
# The local reader: it gets the pixels as they are and shrinks them itself.
LOCAL_PROFILE = replace(
    SAFE_PROFILE,
    name="local",
    levels={"": SideLimit(65_535)},
    formats=frozenset({JPEG, PNG, WEBP}),
    max_bytes=100 * MB,
    max_request_bytes=1024 * MB,
    max_images=1500,
    max_side=65_535,
    source="this machine",
)
