"""For tests: a loopback server that checks the real SDKs' requests as strictly as the providers do."""

from typesight.testing.faults.fault import Fault
from typesight.testing.received import ReceivedPicture, SandboxRequest
from typesight.testing.scripted_replies import Reply
from typesight.testing.server import Sandbox

__all__ = ["Fault", "ReceivedPicture", "Reply", "Sandbox", "SandboxRequest"]
