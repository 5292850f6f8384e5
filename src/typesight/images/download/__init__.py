"""Downloads pictures safely: an untrusted URL reaches only what its author could reach too.

All decisions are made by one generator in `hops`, without socket, clock or await: it yields Steps (look up a name,
connect, send, read, yield_to_loop) and is sent their results. The two classes in `fetch`, one for the calling thread
and one for asyncio, only carry the steps out. TLS runs over memory (ssl.MemoryBIO) and HTTP/1.1 through h11, which
comes with both httpx and httpx2, so that every byte passes through the same two classes.
"""

from typesight.images.download.downloads import Downloads
from typesight.images.download.fetch import fetch, fetch_async

__all__ = ["Downloads", "fetch", "fetch_async"]
