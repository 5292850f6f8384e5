"""DescribedRequest: what a request asks, by its schema, its text and its pictures' own bytes.

It is read off the arguments of the SDK's call, or off the body that a server received, which are alike. How the
pictures were encoded, ids, marks for a prompt cache and sampling parameters do not count.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pybase64

from typesight.exchange.sentences import is_part_label

__all__ = ["DescribedRequest", "NamePicture", "describe_request"]

NamePicture = Callable[[str], str]
"""Names the picture behind encoded bytes, given by their SHA-256: the SHA-256 of its own bytes, and a box if cut."""

# What differs between two requests that ask the same.
_IGNORED = frozenset({
    "annotations", "cache_control", "call_id", "detail", "encrypted_content", "id", "logprobs",
    "prompt_cache_breakpoint", "signature", "status", "tool_call_id", "tool_use_id",
})  # fmt: skip
_TEXT_TYPES = frozenset({"text", "input_text", "output_text"})
_DATA_KEYS = frozenset({"data", "file_data"})
_MOST_DATA = 256  # characters; a longer text under such a key is data


@dataclass(frozen=True, slots=True)
class DescribedRequest:
    """What a request asks.

    `wire` is the NAME of its wire; `schema` the SHA-256 of the schema and of the tools in it, "" for none, and
    `schema_name` what it is called. `text` is all text in order, with `<picture sha256:...>` for each of `pictures`,
    the names of their own bytes; `sent` are the digests of the bytes that they were encoded to.
    """

    model: str
    wire: str
    schema: str
    schema_name: str
    text: str
    pictures: tuple[str, ...]
    sent: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over schema and text, and so over the pictures."""
        return sha256(f"{self.schema}\n{self.text}".encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def key(self) -> str:
        """What a recorded reply is found by: the digest, of this model over this wire."""
        return f"{self.model} {self.wire} {self.digest}"


def describe_request(arguments: Mapping[str, Any], wire_name: str, name_picture: NamePicture) -> DescribedRequest:
    """Describe what the arguments of an SDK's call ask, or the body of its request."""
    writer = _TextWriter(name_picture)
    lead = arguments.get("system") or arguments.get("instructions")
    blocks = [f"[system]\n{writer.write(lead)}"] if lead else []
    turns = arguments.get("messages") or arguments.get("input") or ()
    blocks += map(writer.write, [turns] if isinstance(turns, str) else turns)
    schemas = _drop_ignored(list(_list_schemas(arguments)))
    written = json.dumps(schemas, separators=(",", ":"), default=str)
    return DescribedRequest(
        model=str(arguments.get("model") or ""),
        wire=wire_name,
        schema=sha256(written.encode()).hexdigest() if schemas else "",
        schema_name=next(_list_names(schemas), ""),
        text="\n".join(blocks),
        pictures=tuple(writer.pictures),
        sent=tuple(writer.sent),
    )


def _list_schemas(arguments: Mapping[str, Any]) -> Iterator[Any]:
    """The parts of a request that say what form a reply has."""
    yield from arguments.get("tools") or ()
    for name in ("response_format", "text", "output_config"):
        part = arguments.get(name)
        form = part.get("format", part if name == "response_format" else None) if isinstance(part, Mapping) else None
        if form:
            yield form


def _list_names(schemas: list[Any]) -> Iterator[str]:
    """The names in such parts, the last first: what we ask for comes after the caller's own tools."""
    for part in reversed(schemas):
        for held in (part, part.get("function"), part.get("json_schema"), part.get("schema")):
            if isinstance(held, Mapping) and (name := held.get("name") or held.get("title")):
                yield str(name)


@dataclass
class _TextWriter:
    """Writes messages as text, and notes their pictures; has state because it counts them."""

    name_picture: NamePicture
    pictures: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def write(self, node: Any) -> str:
        """Write a message, a part of one, or a list of parts."""
        if isinstance(node, str):
            return _name_data(node) if node.startswith("data:") else node
        if isinstance(node, list | tuple):
            return "\n".join(self._write_parts(list(node)))
        if not isinstance(node, Mapping):
            return json.dumps(node, default=str)
        if (source := _find_picture(node)) is not None:
            return self._write_picture(source)
        if node.get("type") in _TEXT_TYPES and isinstance(node.get("text"), str):
            return self.write(node["text"])
        return self._write_object(node)

    def _write_object(self, node: Mapping[str, Any]) -> str:
        """Write a message, a tool call or a result: its role, its content, and what else it has as JSON."""
        content = node.get("content")
        rest = {key: value for key, value in node.items() if key not in {"role", "content"} and value is not None}
        if rest.get("type") == "message":  # Responses may leave it out
            del rest["type"]
        rest = _drop_ignored(rest)
        said = [f"[{node['role']}]"] if "role" in node else []
        said += [] if content is None else [self.write(content)]
        return "\n".join([*said, *([json.dumps(rest, ensure_ascii=False, default=str)] if rest else [])])

    def _write_parts(self, parts: list[Any]) -> Iterator[str]:
        """Write the parts of a list; a long picture counts once, into however many parts it was cut."""
        last, labelled = "", False
        for place, part in enumerate(parts):
            after = parts[place + 1] if place + 1 < len(parts) else None
            if _is_label(part) and isinstance(after, Mapping) and _find_picture(after) is not None:
                labelled = True
                continue
            count = len(self.pictures)
            text = self.write(part)
            if labelled and text == last and len(self.pictures) > count:
                del self.pictures[count:]
            else:
                yield text
            last, labelled = text, False

    def _write_picture(self, source: str) -> str:
        data = source.partition(",")[2] if source.startswith("data:") else source
        if "://" in source[:10]:
            digest = name = sha256(source.encode()).hexdigest()
        else:
            digest = _digest_base64(data)
            name = self.name_picture(digest)
        self.pictures.append(name)
        self.sent.append(digest)
        return f"<picture sha256:{name}>"


def _is_label(part: Any) -> bool:
    text = part.get("text") if isinstance(part, Mapping) else part
    return isinstance(text, str) and is_part_label(text)


def _find_picture(part: Mapping[str, Any]) -> str | None:
    """The data URI, the base64 or the URL of a picture's part, in any wire's form; None for another part."""
    held = part.get("image_url") if part.get("type") in {"image_url", "input_image"} else None
    if part.get("type") == "image":
        source = part.get("source")
        held = (source.get("data") or source.get("url")) if isinstance(source, Mapping) else None
    found = held.get("url") if isinstance(held, Mapping) else held
    return found if isinstance(found, str) else None


def _drop_ignored(node: Any, key: str = "") -> Any:
    """JSON data without what does not count; data in it becomes its digest."""
    if isinstance(node, Mapping):
        return {name: _drop_ignored(value, name) for name, value in node.items() if name not in _IGNORED}
    if isinstance(node, list | tuple):
        return [_drop_ignored(value) for value in node]
    if isinstance(node, str) and (node.startswith("data:") or (key in _DATA_KEYS and len(node) > _MOST_DATA)):
        return _name_data(node)
    return node


def _name_data(text: str) -> str:
    return f"<data sha256:{_digest_base64(text.partition(',')[2] or text)}>"


def _digest_base64(text: str) -> str:
    """SHA-256 of the bytes that base64 stands for; of the text if it is none."""
    try:
        return sha256(pybase64.b64decode(text)).hexdigest()
    except ValueError:
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
