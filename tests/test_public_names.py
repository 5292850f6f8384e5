"""The face: what is public is importable, and importing it is cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import typesight
import typesight.testing

FACES = [typesight, typesight.testing]
HEAVY = {"PIL", "openai", "anthropic", "rapidocr", "onnxruntime", "cv2", "numpy", "httpx", "httpx2", "genai_prices"}


def modules_of(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def loaded_by(code: str) -> set[str]:
    """The packages that a fresh interpreter has loaded after running some code."""
    return {name.partition(".")[0] for name in modules_of(code)}


@pytest.mark.parametrize("face", FACES)
def test_all_is_sorted_and_importable(face: Any) -> None:
    assert list(face.__all__) == sorted(face.__all__)
    assert [name for name in face.__all__ if getattr(face, name, None) is None] == []


@pytest.mark.parametrize("face", FACES)
def test_what_type_checkers_see_is_what_is_there(face: Any) -> None:
    tree = ast.parse(Path(face.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (f"{node.module}", alias.asname)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {(home, name) for name, home in face._HOME.items()}


@pytest.mark.parametrize("face", FACES)
def test_an_unknown_name_is_an_attribute_error(face: Any) -> None:
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = face.nothing_here


def test_importing_typesight_loads_no_sdk_no_pillow_and_no_ocr() -> None:
    assert loaded_by("import typesight") & HEAVY == set()


def test_the_pytest_plugin_costs_nearly_nothing_where_no_test_uses_it() -> None:
    loaded = modules_of("import pytest; import typesight.testing.plugin")
    assert {name.partition(".")[0] for name in loaded} & (HEAVY | {"pydantic"}) == set()
    assert {name for name in loaded if name.startswith("typesight.")} == {
        "typesight.testing",
        "typesight.testing.plugin",
        "typesight.testing.kit_errors",
        "typesight.testing.plugin.failure_notes",
        "typesight.testing.received",
    }


def test_importing_typesight_does_not_look_its_version_up() -> None:
    assert "importlib.metadata" not in modules_of("import typesight")


def test_the_version_is_the_installed_one_and_is_listed() -> None:
    assert typesight.__version__ == version("typesight")
    assert "__version__" in dir(typesight)


def test_a_checkout_that_is_not_installed_has_an_unknown_version() -> None:
    source = Path(__file__).parents[1] / "src"
    script = f"import sys; sys.path[:] = [{str(source)!r}, *sys.path]; import typesight; print(typesight.__version__)"
    # -S and -I: without the packages of this environment, in which typesight is installed
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "0+unknown\n"


def test_making_an_image_loads_no_pillow() -> None:
    assert loaded_by("import typesight; typesight.Image('a.jpg')") & HEAVY == set()


@pytest.mark.parametrize(("vendor", "other"), [("anthropic", "openai"), ("openai", "anthropic")])
def test_using_one_sdk_does_not_import_the_other(vendor: str, other: str) -> None:
    code = f"""
import typesight
from pydantic import BaseModel
from typesight.testing import Sandbox
class Total(BaseModel):
    total: float
import {vendor}
with Sandbox([{{"total": 1}}]) as box:
    client = typesight.from_provider("{vendor}/MODEL", base_url=box.{vendor}_url, api_key="k")
    client.create(response_model=Total, messages=[{{"role": "user", "content": "hello"}}])
""".replace("MODEL", "gpt-4o" if vendor == "openai" else "claude-haiku-5-5")
    loaded = loaded_by(code)
    assert vendor in loaded
    assert other not in loaded
