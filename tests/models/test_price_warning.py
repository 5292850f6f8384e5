"""Where a cost is None because the extra `prices` is missing, one warning in a process says so."""

from __future__ import annotations

import subprocess
import sys

import pytest

from loop.scenes import Start

BEGIN = """
import sys, threading, warnings, openai, typesight
sys.modules["genai_prices"] = None  # as if it were not installed
client = typesight.from_openai(openai.OpenAI(base_url=sys.argv[1], api_key="any"), model=sys.argv[2])
ask = {"messages": [{"role": "user", "content": "?"}], "response_model": dict[str, float]}

def call():
    assert client.create(**ask) == {"total": 1.5}

def count(told):
    return [each.category.__name__ for each in told].count("PriceWarning")

"""
ONCE = """
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as told:
    assert client.estimate(**ask).usd is None
    assert client.estimate(**ask).usd is None
    threads = [threading.Thread(target=call) for _ in range(6)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    call()
assert count(told) == 1
assert "cost is None: prices need the extra `prices` (typesight[prices])" in str(told[0].message)
assert client.create_with_completion(**ask)[0] == {"total": 1.5}
"""
IN_THREADS = """
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as told:
    threads = [threading.Thread(target=call) for _ in range(8)]
    [each.start() for each in threads]
    [each.join() for each in threads]
assert count(told) == 1
"""
AS_ERRORS = """
warnings.simplefilter("error")
call()
call()
"""


@pytest.mark.parametrize("script", [ONCE, IN_THREADS, AS_ERRORS], ids=["once", "in threads", "as errors"])
def test_a_cost_that_the_extra_would_tell_is_hinted_at_once(script: str, sandbox: Start) -> None:
    box = sandbox(*[{"total": 1.5}] * 8)
    subprocess.run([sys.executable, "-c", BEGIN + script, box.openai_url, "gpt-4o"], check=True)


def test_no_hint_comes_where_the_extra_would_not_help(sandbox: Start) -> None:
    script = """
with warnings.catch_warnings(record=True) as told:
    from typesight.models.price_warning import warn_of_missing_prices
    call()
    for vendor in ("ollama", "local", "typesight.local", ""):
        warn_of_missing_prices(vendor)
assert count(told) == 0
del sys.modules["genai_prices"]
client = typesight.from_openai(openai.OpenAI(base_url=sys.argv[1], api_key="any"), model="our-own", profile="gpt-4o")
warnings.simplefilter("error")
call()  # a model that is on no list
"""
    box = sandbox({"total": 1.5}, {"total": 1.5}, plays="ollama")
    begin = BEGIN.replace(
        'typesight.from_openai(openai.OpenAI(base_url=sys.argv[1], api_key="any"), model=sys.argv[2])',
        'typesight.from_provider("ollama/gemma4", base_url=sys.argv[1], profile="gpt-4o")',
    )
    subprocess.run([sys.executable, "-c", begin + script, box.openai_url], check=True)
