"""For tests: a loopback server that checks the real SDKs' requests as strictly as the providers do."""

from typesight.caches.recorded import Recorded
from typesight.testing.received import ReceivedPicture, SandboxRequest
from typesight.testing.scripted_replies import Fault, Reply
from typesight.testing.server import Sandbox

__all__ = ["Fault", "ReceivedPicture", "Recorded", "Reply", "Sandbox", "SandboxRequest"]
