"""The work of `typesight demo`: a drawn receipt is read on this machine."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TextIO

from typesight.cli.exit_codes import CommandError, ExitCode
from typesight.cli.schemas.schema_source import load_target
from typesight.cli.stderr import say
from typesight.cli.work.demo_receipt import draw_receipt
from typesight.cli.work.plain_output import print_result
from typesight.client.connect import from_local
from typesight.images.image import Image

__all__ = ["run"]

_FIELDS = "company, date: date, total: decimal, items: [name, price: decimal]"
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Draw the receipt, read it, and print its record as JSON."""
    client = from_local()
    picture = draw_receipt() if given.keep is None else _keep(Path(given.keep))
    say(f"drew a receipt{f' into {given.keep}' if given.keep else ''}, and now reads it on this machine")
    say(f"the fields to read are: {_FIELDS}")
    result = client.extract(load_target(_FIELDS).kind, Image.from_bytes(picture), source="receipt")
    print_result(json.dumps(result.record.model_dump(mode="json"), indent=2, ensure_ascii=False), stdout)
    where = given.keep or "PICTURE"
    say(f'and now your own pictures: typesight extract {where} --schema "{_FIELDS}"')
    return ExitCode.DONE


def _keep(path: Path) -> bytes:
    """Draw the receipt into a new file. Raises CommandError."""
    if path.suffix.lower() not in _FORMATS:
        raise CommandError(f"--keep {path}: give a name that ends in .png or .jpg")
    picture = draw_receipt(_FORMATS[path.suffix.lower()])
    try:
        with path.open("xb") as file:
            file.write(picture)
    except FileExistsError as error:
        raise CommandError(f"--keep {path}: there is a file of that name already: give another") from error
    except OSError as error:
        raise CommandError(f"--keep {path}: cannot write it: {error.strerror}") from error
    return picture
