"""Options as a value: defaults, those of a client, those of a call."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from typesight import Autodetect, Budget, Downloads, MemoryCache, Mode, Reasking
from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS
from typesight.client.options.option import Option
from typesight.client.options.read_options import CREATE, EXTRACT, MAKER, PARTIAL, read_defaults
from typesight.drive.policy import RetryLimit
from typesight.images.encoding.prepare import Preparation

ROWS: dict[str, Option] = {**CALL_ROWS, **DOCUMENT_ROWS, **PARTIAL_ROWS}


def test_without_options_everything_has_its_default() -> None:
    assert read_defaults().own == {
        "mode": None, "max_retries": RetryLimit(2), "reask": Reasking(), "deadline": None, "budget": None,
        "context": None, "strict": False, "autodetect_images": None, "enable_prompt_caching": "auto", "profile": None,
        "model": None, "api": "auto", "prompt": None, "system": None, "source": None, "verify": "off", "hint": False,
        "growing_text": False, "hooks": (), "cache": None,
        "ledger": None, "concurrency": None, "run_budget": None, "only_failed": False, "progress": None,
    }  # fmt: skip
    assert read_defaults().preparation == Preparation()
    assert read_defaults().sdk == {}


def test_a_call_s_options_win_over_the_client_s_and_keep_the_others() -> None:
    client = read_defaults().update({"max_retries": 0, "strict": True, "seed": 1, "max_side": 900}, MAKER)
    call = client.update({"max_retries": 5, "seed": 2, "tile": False}, CREATE)
    assert (call.own["max_retries"], call.own["strict"], call.sdk) == (RetryLimit(5), True, {"seed": 2})
    assert call.preparation == Preparation(max_side=900, tile=False)
    assert (client.own["max_retries"], client.sdk, client.preparation.tile) == (RetryLimit(0), {"seed": 1}, "auto")


def test_a_call_without_options_has_the_client_s_very_own() -> None:
    options = read_defaults().update({"model": "gpt-4o"}, MAKER)
    assert options.update({}, CREATE) is options


@pytest.mark.parametrize("name", ROWS)
def test_none_is_the_default(name: str) -> None:
    place = PARTIAL if name in PARTIAL_ROWS else EXTRACT
    assert read_defaults().update({name: None}, place) == read_defaults()


def test_none_takes_the_default_in_place_of_the_client_s_option() -> None:
    client = read_defaults().update({"turn": False, "max_side": 900, "strict": True}, MAKER)
    assert client.update({"turn": None, "max_side": None, "strict": None}, CREATE) == read_defaults()


def test_extract_turns_pictures_unless_the_client_or_the_call_says_otherwise() -> None:
    options = read_defaults()
    assert (options.preparation.turn, options.document_preparation.turn) == (False, "auto")
    options = options.update({"turn": False}, MAKER)
    assert (options.preparation.turn, options.document_preparation.turn) == (False, False)
    options = options.update({"turn": "auto"}, EXTRACT)
    assert (options.preparation.turn, options.document_preparation.turn) == ("auto", "auto")


def test_options_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        read_defaults().own = {}  # type: ignore[misc]
    own: Any = read_defaults().own
    with pytest.raises(TypeError, match="does not support item assignment"):
        own["mode"] = Mode.TOOLS


def test_every_field_of_the_preparation_is_an_option() -> None:
    named = [name for name, row in ROWS.items() if row.field_of is Preparation]
    assert sorted(named) == sorted(field.name for field in fields(Preparation))


READ: list[tuple[str, Any, Any]] = [
    ("mode", "tools", Mode.TOOLS),
    ("reask", "whole", Reasking("whole")),
    ("autodetect_images", True, Autodetect()),
    ("autodetect_images", False, None),
    ("deadline", 1.5, 1.5),
    ("budget", Budget(tokens=5), Budget(tokens=5)),
    ("enable_prompt_caching", False, False),
]


@pytest.mark.parametrize(("name", "given", "expected"), READ)
def test_a_value_is_read_into_what_the_code_works_with(name: str, given: Any, expected: Any) -> None:
    assert read_defaults().update({name: given}, CREATE).own[name] == expected


WRONG: list[tuple[str, Any, type[Exception], str]] = [
    ("model", 4, TypeError, "model must be a model's name, not int"),
    ("api", "grpc", ValueError, "api='grpc' is not one of auto, chat, responses"),
    ("mode", "xml", Exception, "there is no mode 'xml'; the modes are 'tools', "),
    ("reask", "feilds", ValueError, "reask='feilds' is not one of auto, fields, whole"),
    ("reask", 3, TypeError, "reask must be 'auto', 'fields', 'whole' or a Reasking, not int"),
    ("max_retries", "3", TypeError, "max_retries must be a whole number or a tenacity object, not str"),
    ("max_retries", -1, ValueError, "max_retries=-1: give 0 to ask once"),
    ("hooks", print, TypeError, "hooks must be a dict of functions by event, not builtin_function_or_method"),
    ("hooks", {"replys": print}, ValueError, "there is no event 'replys': did you mean 'reply'?"),
    ("hooks", {"reply": [3]}, TypeError, "a hook for 'reply' must be a function of one event, not int"),
    ("cache", {}, TypeError, r"or an object with get\(key\) and set\(key, value\); dict has no set"),
    ("cache", MemoryCache, TypeError, r"cache must be a cache, not a class: make one, such as MemoryCache\(\.\.\.\)"),
    ("deadline", -1, ValueError, "deadline=-1: give a number of seconds above 0"),
    ("deadline", "1 s", TypeError, "deadline must be a number of seconds above 0, or None, not str"),
    ("budget", 0.5, TypeError, r"budget must be a Budget\(usd=\.\.\., tokens=\.\.\.\), not float"),
    ("strict", "yes", TypeError, "strict must be True or False, not str"),
    ("autodetect_images", "yes", TypeError, "autodetect_images must be True, False or an Autodetect, not str"),
    ("enable_prompt_caching", "on", ValueError, "enable_prompt_caching='on': give True, False or \"auto\""),
    ("profile", 4, TypeError, "profile must be a known model's name or a VisionProfile, not int"),
    ("max_side", 0, ValueError, "max_side"),
    ("max_pixels", "many", TypeError, "max_pixels"),
    ("tile", "no", ValueError, "tile='no': give \"auto\", True or False"),
    ("turn", 90, TypeError, 'turn must be "auto", True or False, not int'),
    ("downloads", {}, TypeError, r"downloads must be a typesight\.Downloads, not dict"),
    ("prompt", 4, TypeError, "prompt must be a string, not int"),
    ("system", ["x"], TypeError, "system must be a string, not list"),
    ("verify", "wran", ValueError, "verify='wran' is not one of off, warn, reask"),
    ("source", 7, TypeError, "source must be a string, not int"),
    ("hint", "text", ValueError, "hint='text': give 'ocr' or None"),
    ("hint", ["ocr"], ValueError, r"hint=\['ocr'\]: give 'ocr' or None"),
    ("growing_text", 1, TypeError, "growing_text must be True or False, not int"),
]


@pytest.mark.parametrize(("name", "given", "error", "said"), WRONG, ids=[f"{row[0]}-{row[1]}" for row in WRONG])
def test_a_wrong_value_is_refused_with_what_it_may_be(name: str, given: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        read_defaults().update({name: given}, EXTRACT if name in DOCUMENT_ROWS else PARTIAL)


def test_the_rows_of_wrong_values_miss_no_option() -> None:
    assert {row[0] for row in WRONG} == ROWS.keys() - {"context"}  # which may be anything


def test_a_download_s_limits_reach_the_preparation() -> None:
    downloads = Downloads(max_bytes=5)
    assert read_defaults().update({"downloads": downloads}, MAKER).document_preparation.downloads is downloads
