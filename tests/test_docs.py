"""The code blocks of README and docs run as they stand, and print what the page shows.

A page is a notebook: its python blocks run in order in one module, in a folder that holds the files that it names. The
SDKs talk over a socket to one Sandbox, which is named in the environment. Console blocks run in a shell there.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import anthropic
import openai
import pytest

import typesight
from doc_blocks import PAGES, ROOT, Block, find_blocks, matches, split_console
from doc_model import answer, draw_receipt
from telemetry import fresh_providers
from typesight.testing import Sandbox

BLOCKS = [block for page in PAGES for block in find_blocks(page)]
PYTHON = [block for block in BLOCKS if block.language == "python"]
CONSOLE = [block for block in BLOCKS if block.language == "console"]
FILES = ("receipt.jpg", "page.png", "page-1.png", "page-2.png", "invoice.pdf", "receipts/a.jpg", "receipts/b.jpg")
PUBLIC_MODULES = {"typesight", "typesight.checks", "typesight.testing", "typesight.reader", "typesight.reader.evaluate"}
LABELS = "".join(
    f'{{"image": "{name}", "fields": {{"company": "CORNER SHOP", "date": "20/11/2026", "total": "73.50"}}}}\n'
    for name in ("a.jpg", "b.jpg")
)
NOT_RUN = ("pip ", "git ")  # commands that install or download
ALLOWED_FENCES = {"python", "console", "text", "sh"}
SDK_CLIENTS = (openai.OpenAI, openai.AsyncOpenAI, anthropic.Anthropic, anthropic.AsyncAnthropic)


class Notebook:
    """A page's python blocks and the module they run in, which keeps the names that they define for the next block.

    A block whose first line is a file's name, `# schema.py`, is in the folder as that file too.
    """

    def __init__(self, folder: Path, blocks: list[Block]) -> None:
        self.folder = folder
        self.module = ModuleType(re.sub(r"\W", "_", folder.name))
        self.printed: dict[Block, str] = {}
        self._blocks = blocks
        self._clients: list[Any] = []  # kept, so that none is collected while its socket is open
        sys.modules[self.module.__name__] = self.module  # where pydantic looks for the types that a block defines
        for block in blocks:
            name = re.match(r"# (\w+\.py)\n", block.text)
            if name:
                (folder / name[1]).write_text(block.text, encoding="utf-8")

    def run_through(self, block: Block) -> None:
        """Run every block up to this one that has not run yet."""
        for each in self._blocks[: self._blocks.index(block) + 1]:
            if each not in self.printed and _can_run(each):
                self._run(each)

    def _run(self, block: Block) -> None:
        self.printed[block] = ""  # also of a block that raises, so that its error is told once
        code = compile("\n" * block.line + block.text, str(ROOT / block.page), "exec", dont_inherit=True)
        with redirect_stdout(StringIO()) as printed, fresh_logging(), fresh_providers(), warnings.catch_warnings():
            for kind in (typesight.ProfileWarning, typesight.PictureWarning):
                if kind.__name__ in block.text:  # the reader is told that it comes
                    warnings.simplefilter("ignore", kind)
            exec(code, self.module.__dict__)
        self.printed[block] = printed.getvalue()
        self._clients += [each for each in gc.get_objects() if type(each) in SDK_CLIENTS]


@contextmanager
def fresh_logging() -> Iterator[None]:
    """Loggers as a script finds them, without pytest's handlers; what a block sets up ends with it."""
    root, ours = logging.getLogger(), logging.getLogger("typesight")
    before = root.handlers[:], ours.level
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = before[0]
        ours.setLevel(before[1])


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """The variables by which the SDKs and the command line find the Sandbox."""
    with Sandbox(answer) as box, Sandbox(answer, plays="ollama") as ollama, Sandbox(answer, plays="azure") as azure:
        yield {
            "OPENAI_BASE_URL": box.openai_url,
            "OPENAI_API_KEY": "k",
            "ANTHROPIC_BASE_URL": box.anthropic_url,
            "ANTHROPIC_API_KEY": "k",
            "OPENROUTER_API_KEY": "k",
            "OLLAMA_HOST": ollama.url,
            "AZURE_OPENAI_ENDPOINT": azure.url,
            "AZURE_OPENAI_API_KEY": "k",
            "PYTEST_PLUGINS": "typesight.testing.plugin",  # also where an older typesight is installed
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Notebook]]:
    """A notebook for each page. At the end the clients of the SDKs are closed, which no page does."""
    made = {}
    for page in dict.fromkeys(block.page for block in BLOCKS):
        folder = tmp_path_factory.mktemp(f"page-{Path(page).stem}", numbered=False)
        _furnish(folder)
        made[page] = Notebook(folder, [block for block in PYTHON if block.page == page])
    yield made
    for client in [each for each in gc.get_objects() if type(each) in SDK_CLIENTS]:
        closing = client.close()
        if hasattr(closing, "close"):
            closing.close()


@pytest.fixture
def notebook(
    request: pytest.FixtureRequest,
    notebooks: dict[str, Notebook],
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Notebook:
    """The notebook of the block under test, in its folder and with its environment."""
    found = notebooks[request.node.callspec.params["block"].page]
    monkeypatch.delenv("TYPESIGHT_MODEL", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(found.folder)
    monkeypatch.syspath_prepend(found.folder)
    return found


def _furnish(folder: Path) -> None:
    """Put the files there that the pages name."""
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        draw_receipt(folder / name)
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "receipts" / "labels.jsonl").write_text(LABELS, encoding="utf-8")


def _can_run(block: Block) -> bool:
    return "Tesseract(" not in block.text or shutil.which("tesseract") is not None


def readme_first(block: Block) -> Any:
    """A block as a case: those of the README belong to the fast tier, those of docs/ run with --slow."""
    return pytest.param(block, marks=[] if block.page == "README.md" else pytest.mark.slow)


@pytest.mark.parametrize("block", [readme_first(block) for block in PYTHON], ids=str)
def test_a_python_block_runs_as_pasted(block: Block, notebook: Notebook) -> None:
    if not _can_run(block):
        pytest.skip("the program tesseract is not installed")
    notebook.run_through(block)
    if block.output is not None:
        printed = notebook.printed[block]
        assert matches(block.output, printed), f"{block} prints\n{printed}"


@pytest.mark.parametrize("block", [readme_first(block) for block in CONSOLE], ids=str)
def test_a_console_block_runs_as_typed(block: Block, notebook: Notebook) -> None:
    commands, shown = split_console(block.text)
    typed = "\n".join(command for command in commands if not command.startswith(NOT_RUN))
    done = subprocess.run(
        ["bash", "-euc", typed], cwd=notebook.folder, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    if shown:
        assert matches(shown, done.stdout), f"{block} prints\n{done.stdout}"


def test_every_block_is_of_a_kind_that_is_known() -> None:
    assert {block.language for block in BLOCKS} <= ALLOWED_FENCES


def test_the_readme_has_its_two_commands_in_the_only_block_of_shell() -> None:
    (block,) = [each for each in BLOCKS if each.language == "sh"]
    assert block.page == "README.md"
    assert len(block.text.splitlines()) == 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        if "://" in path:
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if heading:
            assert heading in _headings(file), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_only_modules_that_users_import_are_named(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:from|import) (typesight[\w.]*)|-m (typesight[\w.]*)", text))
    assert {one or other for one, other in named} <= PUBLIC_MODULES
    assert "src/typesight" not in text


def test_every_extra_that_a_page_names_exists() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    installed = re.findall(r'pip install "\.\[([\w,]+)\]"', text)
    named = {name for group in installed for name in group.split(",")} | set(re.findall(r"extra `(\w+)`", text))
    assert named
    assert named <= _read_extras()


def test_the_readme_has_a_row_for_every_extra() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(rows) == _read_extras()


def _read_extras() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"])


def _headings(file: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
