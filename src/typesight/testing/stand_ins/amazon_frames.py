"""Amazon's event stream encoding: Bedrock streams a reply in such frames instead of server-sent events.

A frame is a prelude (two lengths and their CRC32), headers, a payload and the CRC32 of it all; integers are big-endian.
Source: AWS, "Amazon Transcribe: event stream encoding" (the same for every service), read 2026-11.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from struct import pack
from typing import Any
from zlib import crc32

from typesight.testing.rejections import Rejection

__all__ = ["CONTENT_TYPE", "encode_exception", "encode_frame"]

CONTENT_TYPE = "application/vnd.amazon.eventstream"
STRING_HEADER = 7
"""The type number of a header whose value is a string."""
EVENT = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
EXCEPTION_TYPES: Mapping[int, str] = {
    400: "validationException",
    429: "throttlingException",
    503: "serviceUnavailableException",
}
"""By status (AWS, InvokeModelWithResponseStream, read 2026-11); any other is an `internalServerException`."""


def encode_frame(event: Mapping[str, Any]) -> bytes:
    """Encode one event of Claude's stream as a frame; its JSON is base64 under the key `bytes`."""
    return _encode_message(EVENT, {"bytes": base64.b64encode(json.dumps(event).encode()).decode()})


def encode_exception(refusal: Rejection, request_id: str, sent: int) -> bytes:
    """Encode an error in a stream as a frame."""
    del request_id, sent
    kind = EXCEPTION_TYPES.get(refusal.status, "internalServerException")
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return _encode_message(headers, {"message": refusal.message})


def _encode_message(said: Mapping[str, str], content: Mapping[str, Any]) -> bytes:
    payload = json.dumps(content).encode()
    headers = b"".join(_encode_header(name.encode(), value.encode()) for name, value in said.items())
    lengths = pack("!II", 16 + len(headers) + len(payload), len(headers))
    message = lengths + pack("!I", crc32(lengths)) + headers + payload
    return message + pack("!I", crc32(message))


def _encode_header(name: bytes, value: bytes) -> bytes:
    return pack("!B", len(name)) + name + pack("!BH", STRING_HEADER, len(value)) + value
