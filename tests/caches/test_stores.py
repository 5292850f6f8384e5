"""The caches that come with the house: bounded in memory, private and shared on disk."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import sqlite3
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from typesight import DiskCache, MemoryCache


def test_a_memory_cache_forgets_what_was_not_used_for_longest() -> None:
    cache = MemoryCache(2)
    cache.set("a", "1")
    cache.set("b", "2")
    assert cache.get("a") == "1"
    cache.set("c", "3")
    assert (cache.get("a"), cache.get("b"), cache.get("c"), len(cache)) == ("1", None, "3", 2)


@pytest.mark.parametrize(("n", "kind"), [(0, ValueError), (-1, ValueError), (True, TypeError), ("9", TypeError)])
def test_a_memory_cache_keeps_at_least_one(n: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="how many calls to keep"):
        MemoryCache(n)


def test_a_disk_cache_gives_back_what_another_one_stored(tmp_path: Path) -> None:
    DiskCache(tmp_path / "c").set("key", '{"a": "ä"}')
    again = DiskCache(tmp_path / "c")
    assert (again.get("key"), again.get("other"), len(again)) == ('{"a": "ä"}', None, 1)
    again.clear()
    assert again.get("key") is None


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_the_files_of_a_disk_cache_are_their_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cache = DiskCache(tmp_path / "deep" / "c")
        cache.set("key", "value")
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in (tmp_path / "deep" / "c").iterdir()}
        folder = oct((tmp_path / "deep" / "c").stat().st_mode & 0o777)
    finally:
        os.umask(before)
    names = {"replies.sqlite3", "replies.sqlite3-wal", "replies.sqlite3-shm"}
    assert (folder, modes) == ("0o700", dict.fromkeys(names, "0o600"))


def write(folder: str, name: str) -> None:
    """Store a hundred texts, as a process of its own."""
    cache = DiskCache(folder)
    for number in range(100):
        cache.set(f"{name} {number}", name)


def write_half(cache: DiskCache, name: str) -> None:
    """Store fifty texts, as a thread of its own."""
    for number in range(50):
        cache.set(f"{name} {number}", name)


def test_processes_and_threads_write_one_disk_cache_at_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=write, args=(str(tmp_path), f"process {number}")) for number in range(2)]
    cache = DiskCache(tmp_path)
    threads = [Thread(target=write_half, args=(cache, name)) for name in "ab"]
    workers: list[Any] = [*processes, *threads]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(cache) == 300


def test_a_damaged_file_raises_and_a_new_one_in_its_place_works(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    (tmp_path / "replies.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        cache.get("key")
    (tmp_path / "replies.sqlite3").unlink()
    cache.set("key", "value")
    assert cache.get("key") == "value"


def test_caches_pickle_as_where_they_are(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    cache.set("key", "value")
    assert pickle.loads(pickle.dumps(cache)).get("key") == "value"
    assert repr(pickle.loads(pickle.dumps(MemoryCache(7)))) == "MemoryCache(7)"


def test_a_folder_that_is_deleted_while_it_is_open_is_made_again(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "c")
    cache.set("key", "value")
    shutil.rmtree(tmp_path / "c")
    assert cache.get("key") is None
    cache.set("other", "value")
    assert (DiskCache(tmp_path / "c").get("other"), len(cache)) == ("value", 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("kind", ["disk", "memory"])
def test_a_cache_in_use_by_another_thread_is_free_in_a_forked_child(kind: str, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path) if kind == "disk" else MemoryCache()
    cache.set("key", "value")
    with cache._lock:
        if (child := os.fork()) == 0:
            signal.alarm(10)
            os._exit(cache.get("key") != "value")
    assert os.waitpid(child, 0)[1] == 0
