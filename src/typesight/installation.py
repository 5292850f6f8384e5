"""Installation: the version of typesight that is installed, and the command that adds an extra to it.

Both are read from what the installer wrote down beside the package. The version itself stands in pyproject.toml alone.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

__all__ = ["UNKNOWN_VERSION", "read_version", "write_install_command"]

UNKNOWN_VERSION = "0+unknown"
"""The version of a checkout that was never installed."""


def read_version() -> str:
    """The installed version, or UNKNOWN_VERSION."""
    try:
        return version("typesight")
    except PackageNotFoundError:
        return UNKNOWN_VERSION


def write_install_command(extra: str) -> str:
    """The command that adds an extra to this installation, quoted for a shell."""
    command = [*_find_installer(), *_write_requirement(extra)]
    if os.name == "nt":
        return " ".join(f'"{word}"' if " " in word else word for word in command)
    return shlex.join(command)


def _find_installer() -> list[str]:
    """The installer that serves this interpreter: its own pip, or uv, whose environments have none."""
    if not sys.executable:
        return ["pip", "install"]
    if _read_note("INSTALLER").strip() == "uv" and find_spec("pip") is None:
        return ["uv", "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]


def _write_requirement(extra: str) -> list[str]:
    """What is to be installed, as pip takes it. Source of the forms: PEP 610, direct_url.json, and PEP 508."""
    origin = _read_origin()
    url, named = str(origin.get("url", "")), f"typesight[{extra}]"
    if url.startswith("file:"):
        path = _read_file_url(url)
        if not Path(path).exists():  # the bare name will do: pip keeps the version that is installed
            return [named]
        if origin.get("dir_info", {}).get("editable"):
            return ["-e", f"{path}[{extra}]"]
    if "vcs_info" in origin:
        url = f"{origin['vcs_info']['vcs']}+{url}@{origin['vcs_info']['commit_id']}"
    folder = origin.get("subdirectory")
    return [f"{named} @ {url}{f'#subdirectory={folder}' if folder else ''}" if url else named]


def _read_origin() -> dict[str, Any]:
    """Where typesight was installed from; nothing where that was an index. A bare checkout is as good as editable."""
    noted = _read_note("direct_url.json")
    if noted:
        try:
            origin: dict[str, Any] = json.loads(noted)
            return origin
        except ValueError:
            return {}
    is_installed = read_version() != UNKNOWN_VERSION
    checkout = Path(__file__).parent.parent.parent  # no parents[2]: the package may lie at the root
    if is_installed or not (checkout / "pyproject.toml").is_file():
        return {}
    return {"url": checkout.as_uri(), "dir_info": {"editable": True}}


def _read_note(name: str) -> str:
    """A file that the installer left beside the package's metadata; "" where there is none."""
    try:
        return distribution("typesight").read_text(name) or ""
    except PackageNotFoundError:
        return ""


def _read_file_url(url: str) -> str:
    """The path of a file URL, without the slash that stands before the drive's letter on Windows."""
    return re.sub(r"^/(?=[A-Za-z]:)", "", unquote(urlsplit(url).path))
