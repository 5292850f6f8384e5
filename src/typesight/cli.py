"""The command line: `typesight extract PATHS… --schema FILE.py:Model`.

Rows go to stdout or a file, everything said to a person goes to stderr. Exit codes: 0 all documents gave a
record, 3 some failed, 2 the command itself cannot run, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import IO, Any

from typesight.client import Client
from typesight.course import exhausted
from typesight.errors import ExtractionFailed, MissingExtra, SchemaError, TypesightError
from typesight.images.formats import sniff
from typesight.makers import from_local, from_provider
from typesight.schema.target import target_of

__all__ = ["main"]

EXIT_OK, EXIT_USAGE, EXIT_SOME_FAILED, EXIT_INTERRUPTED = 0, 2, 3, 130

_SUFFIXES = frozenset(
    f".{name}"
    for name in "jpg jpeg jfif mpo png webp gif bmp tif tiff heic heif avif jp2 j2k ico pbm pgm ppm pdf".split()  # noqa: SIM905
)
# Extras that one document may need and the next may not.
_FORMATS = frozenset({"pdf", "heif"})
# Statuses after which no document can succeed: a refused key, no right, an empty account.
_HOPELESS = frozenset({401, 402, 403})


class _CannotRun(Exception):
    """The command cannot go on; the text says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is returned."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except (_CannotRun, MissingExtra, SchemaError) as error:
        print(f"typesight: {error}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        print("typesight: interrupted; the rows written so far are complete", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # whoever read the rows has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_SOME_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="typesight", description="Pictures of documents into typed records.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    extract = commands.add_parser(
        "extract",
        help="read documents into records, one JSON row each",
        description="Read documents into records, one JSON row each: source, status, record, model.",
        epilog="exit codes: 0 all read, 3 some failed, 2 cannot run",
    )
    extract.add_argument("paths", nargs="+", metavar="PATH", help="pictures and PDFs, or folders to walk for them")
    extract.add_argument("--schema", required=True, metavar="FILE.py:Model", help="the type of a record")
    extract.add_argument(
        "--model",
        default=os.environ.get("TYPESIGHT_MODEL"),
        metavar="VENDOR/MODEL",
        help='who reads, as "openai/gpt-6-luna"; default: $TYPESIGHT_MODEL, else this machine ("local")',
    )
    extract.add_argument("-o", "--output", metavar="FILE", help="write the rows here instead of to stdout")
    extract.add_argument("--max-retries", type=_count, default=2, metavar="N", help="reasks after a bad reply (2)")
    extract.add_argument("--prompt", help="what to ask, instead of the library's own words")
    extract.set_defaults(run=_extract)
    return parser


def _count(text: str) -> int:
    """A number from 0, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 on")
    return int(text)


def _extract(given: argparse.Namespace) -> int:
    kind = _schema(given.schema)
    documents = list({path.resolve(): path for path in reversed([*_documents(given.paths)])}.values())[::-1]
    if not documents:
        raise _CannotRun(f"no pictures in {', '.join(given.paths)}")
    client, model = _client(given.model)
    options = {"max_retries": given.max_retries} | ({"prompt": given.prompt} if given.prompt else {})
    failed = 0
    with _progress(len(documents)) as step, _output(given.output) as out:
        for path in documents:
            row = _row(client, kind, path, model, options)
            print(json.dumps(row, ensure_ascii=False), file=out, flush=True)
            failed += row["status"] != "ok"
            step(row)
    said = f"{len(documents) - failed} of {len(documents)} documents read"
    print(f"typesight: {said}{f', {failed} failed' if failed else ''}", file=sys.stderr)
    return EXIT_SOME_FAILED if failed else EXIT_OK


def _row(client: Client, kind: Any, path: Path, model: str, options: dict[str, Any]) -> dict[str, Any]:
    """One document's row. An error of the document becomes a row; one that would meet every document stops."""
    row: dict[str, Any] = {"source": str(path), "status": "ok", "record": None, "model": model}
    try:
        told = client.extract(kind, path, **options).to_dict()
    except SchemaError:
        raise
    except TypesightError as error:
        if isinstance(error, MissingExtra) and error.extra not in _FORMATS:
            raise  # the reader itself is missing, not what one document needs
        return row | {"status": "failed", "error": type(error).__name__, "message": str(error), **_kept(error)}
    except Exception as error:  # of the SDK, or of a validator in the user's schema
        if getattr(error, "status_code", None) in _HOPELESS or exhausted(error):
            raise _CannotRun(f"{model} refuses every request: {error}") from error
        return row | {"status": "failed", "error": type(error).__name__, "message": str(error)}
    return row | {name: told[name] for name in ("record", "usage", "cost")}


def _kept(error: TypesightError) -> dict[str, Any]:
    """What a failed extraction still gave, and cost."""
    if not isinstance(error, ExtractionFailed):
        return {}
    told = {"partial": error.partial, "errors": error.errors}
    return {**told, "usage": error.usage.to_dict(), "cost": error.cost}


def _client(model: str | None) -> tuple[Client, str]:
    """The client to read with, and the name that stands in each row."""
    if model is None or model == "local":
        if model is None:
            print("typesight: no --model given: reading on this machine, with model local", file=sys.stderr)
        return from_local(), "local"
    try:
        return from_provider(model), model
    except ValueError as error:
        raise _CannotRun(f"--model {error}") from error
    except MissingExtra:
        raise
    except Exception as error:  # the SDKs say which key is missing
        raise _CannotRun(str(error)) from error


def _documents(paths: Sequence[str]) -> Iterator[Path]:
    """The given files, and of the given folders every file that is a picture or is named as one."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from (file for file in sorted(path.rglob("*")) if _is_picture(file, path))
        else:
            yield path


def _is_picture(path: Path, folder: Path) -> bool:
    """Whether a file found in a folder is a picture; what is hidden inside it is passed over."""
    if not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
        return False
    if path.suffix.lower() in _SUFFIXES:
        return True
    try:
        with path.open("rb") as file:
            return sniff(file.read(256)) is not None
    except OSError:
        return False


def _schema(named: str) -> Any:
    """The type that FILE.py:Model names, held against what can be asked for."""
    file, colon, name = named.rpartition(":")
    path = Path(file)
    if not colon or not name:
        raise _CannotRun(f"--schema {named}: give a file and a name in it, FILE.py:Model")
    if not path.is_file():
        raise _CannotRun(f"--schema {named}: there is no file {file}")
    spec = spec_from_file_location(f"typesight_schema_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise _CannotRun(f"--schema {named}: {file} is no Python file")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # pydantic looks names up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise _CannotRun(f"--schema {named}: {file} does not run: {type(error).__name__}: {error}") from error
    if not hasattr(module, name):
        raise _CannotRun(f"--schema {named}: {file} has no {name}")
    kind = getattr(module, name)
    target_of(kind)
    return kind


@contextmanager
def _output(path: str | None) -> Iterator[IO[str]]:
    if path is None:
        yield sys.stdout
        return
    try:
        file = Path(path).open("w", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise _CannotRun(f"cannot write {path}: {error.strerror}") from error
    with file:
        yield file


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar on a terminal, a line for each document elsewhere; both on stderr."""
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError as error:
        raise MissingExtra("cli", "the command line") from error
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("reading", total=total)

        def step(row: dict[str, Any]) -> None:
            bar.advance(task)
            number = int(bar.tasks[0].completed) if bar.tasks else 0
            told = row["status"] if row["status"] == "ok" else f"{row['error']}: {row['message']}"
            if row["status"] != "ok" or not console.is_terminal:
                console.print(
                    f"[{number}/{total}] {row['source']}: {told}", markup=False, highlight=False, soft_wrap=True
                )

        yield step
