"""A model that answers within the process: the real SDKs, and no socket."""
