"""Downloading a picture, guarded: a URL written by a stranger reaches only what the stranger could reach too.

All thinking is one generator without socket, clock or await, `travel` in `journey`: it yields Steps (look up, connect,
send, read, rest) and is sent their answers. The two lines in `lines` only take steps. TLS is spoken over memory
(ssl.MemoryBIO) and HTTP/1.1 by h11, which comes with httpx and httpx2 alike, so that every byte passes the same two
lines.
"""

from typesight.images.download.downloads import Downloads
from typesight.images.download.fetch import fetch, fetch_async

__all__ = ["Downloads", "fetch", "fetch_async"]
