"""A file is written whole or not at all, and nothing else in its folder changes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from typesight.outputs.atomic_file import write_atomically

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX")


def write(path: str | Path, text: str = "new") -> None:
    with write_atomically(path) as partial:
        partial.write_text(text, "utf-8")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    write(tmp_path / "out", "second")
    assert (tmp_path / "out").read_text("utf-8") == "second"
    assert names(tmp_path) == ["out"]


def test_until_the_end_the_old_content_is_there(tmp_path: Path) -> None:
    write(tmp_path / "out", "old")
    with write_atomically(tmp_path / "out") as partial:
        partial.write_text("new", "utf-8")
        assert (tmp_path / "out").read_text("utf-8") == "old"
        assert partial.parent == tmp_path
        assert partial.name.startswith(".typesight-")


@pytest.mark.parametrize("error", [OSError("disk"), KeyboardInterrupt()])
def test_after_an_error_all_is_as_it_was(error: BaseException, tmp_path: Path) -> None:
    write(tmp_path / "out", "old")
    with pytest.raises(type(error)), write_atomically(tmp_path / "out") as partial:
        partial.write_text("half", "utf-8")
        raise error
    assert (tmp_path / "out").read_text("utf-8") == "old"
    assert names(tmp_path) == ["out"]


def test_a_new_file_that_fails_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), write_atomically(tmp_path / "out"):
        raise ZeroDivisionError
    assert names(tmp_path) == []


@posix
def test_the_mode_bits_of_the_old_file_are_kept(tmp_path: Path) -> None:
    write(tmp_path / "out")
    for bits in (0o600, 0o640, 0o666, 0o755):
        (tmp_path / "out").chmod(bits)
        with write_atomically(tmp_path / "out") as partial:
            assert mode(partial) == 0o600
        assert mode(tmp_path / "out") == bits


@posix
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_bits_that_the_umask_allows(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write(tmp_path / "out")
    finally:
        os.umask(before)
    assert mode(tmp_path / "out") == 0o666 & ~mask


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write to everything")
def test_a_file_that_may_not_be_written_to_is_not_replaced(tmp_path: Path) -> None:
    write(tmp_path / "out", "old")
    (tmp_path / "out").chmod(0o444)
    with pytest.raises(PermissionError):
        write(tmp_path / "out")


@posix
def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    write(tmp_path / "deep" / "target", "old")
    (tmp_path / "link").symlink_to(Path("deep", "target"))
    (tmp_path / "dangling").symlink_to(Path("deep", "other"))
    write(tmp_path / "link")
    write(tmp_path / "dangling")
    assert [(tmp_path / name).is_symlink() for name in ("link", "dangling")] == [True, True]
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "deep").iterdir()} == {
        "target": "new",
        "other": "new",
    }
    assert names(tmp_path) == ["dangling", "deep", "link"]


@posix
def test_a_loop_of_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        write(tmp_path / "a")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    for path in (str(tmp_path), f"{tmp_path}/", f"{tmp_path / 'new'}/", ""):
        with pytest.raises(IsADirectoryError):
            write(path)
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "missing" / "out")
    assert names(tmp_path) == []


def test_the_longest_name_that_a_folder_takes_will_do(tmp_path: Path) -> None:
    write(tmp_path / ("x" * 255))
    assert names(tmp_path) == ["x" * 255]


def test_the_working_folder_may_change_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path)
    with write_atomically("out") as partial:
        monkeypatch.chdir(tmp_path / "deep")
        partial.write_text("new", "utf-8")
    assert names(tmp_path) == ["deep", "out"]


@posix
def test_a_pipe_gets_the_content_and_stays_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "read").open("wb") as read, subprocess.Popen(["cat", tmp_path / "pipe"], stdout=read) as reader:
        write(tmp_path / "pipe", "new" * 100_000)
        assert reader.wait(timeout=60) == 0
    assert (tmp_path / "read").read_bytes() == b"new" * 100_000
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    write(os.devnull)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@posix
def test_a_kill_leaves_the_old_content_and_a_file_that_the_next_run_ignores(tmp_path: Path) -> None:
    write(tmp_path / "out", "old")
    script = (
        "import os, signal, sys\nfrom typesight.outputs.atomic_file import write_atomically\n"
        "with write_atomically(sys.argv[1]) as partial:\n    partial.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "out"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "out").read_text("utf-8") == "old"
    (left,) = set(names(tmp_path)) - {"out"}
    assert left.startswith(".typesight-")
    assert left.endswith(".tmp")
    write(tmp_path / "out")
    assert (tmp_path / "out").read_text("utf-8") == "new"
