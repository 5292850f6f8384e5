"""For tests: a fake model, and a loopback server as strict as the providers, with the real SDKs in front of both.

The names are imported on first use, so that the pytest plugin costs next to nothing where it is not used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typesight.caches.recorded import Recorded as Recorded
    from typesight.testing.fake.fake_model import FakeModel as FakeModel
    from typesight.testing.faults.fault import Fault as Fault
    from typesight.testing.kit_errors import NetworkBlocked as NetworkBlocked
    from typesight.testing.kit_errors import RepliesUsedUp as RepliesUsedUp
    from typesight.testing.limits.rate_limits import RateLimits as RateLimits
    from typesight.testing.plugin.network_block import NetworkBlock as NetworkBlock
    from typesight.testing.received import ReceivedPicture as ReceivedPicture
    from typesight.testing.received import SandboxRequest as SandboxRequest
    from typesight.testing.scripted_replies import Reply as Reply
    from typesight.testing.server import Sandbox as Sandbox

# Rows: public name -> the module that defines it.
_HOME = {
    "FakeModel": "typesight.testing.fake.fake_model",
    "Fault": "typesight.testing.faults.fault",
    "NetworkBlock": "typesight.testing.plugin.network_block",
    "NetworkBlocked": "typesight.testing.kit_errors",
    "RateLimits": "typesight.testing.limits.rate_limits",
    "ReceivedPicture": "typesight.testing.received",
    "Recorded": "typesight.caches.recorded",
    "RepliesUsedUp": "typesight.testing.kit_errors",
    "Reply": "typesight.testing.scripted_replies",
    "Sandbox": "typesight.testing.server",
    "SandboxRequest": "typesight.testing.received",
}

__all__ = [*sorted(_HOME)]  # noqa: PLE0604 - built from the table


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'typesight.testing' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
