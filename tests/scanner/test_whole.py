"""Files appear whole or not at all, with the rights that they should have."""

import errno
import os
import stat
from pathlib import Path

import pytest

from scanner.errors import OutputError
from scanner.whole import SHARED, open_whole, write_whole


def list_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_is_replaced(tmp_path: Path) -> None:
    for data in (b"first", b"second"):
        write_whole(tmp_path / "a.png", data)
        assert list_files(tmp_path) == {"a.png": data}


def test_text_has_its_encoding_and_its_line_ends(tmp_path: Path) -> None:
    with open_whole(tmp_path / "a.csv", "utf-8-sig", "") as file:
        file.write("ä\r\n")
    assert list_files(tmp_path) == {"a.csv": b"\xef\xbb\xbf\xc3\xa4\r\n"}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("broken off")])
def test_what_breaks_off_leaves_what_was_there(tmp_path: Path, error: BaseException) -> None:
    def break_off() -> None:
        with open_whole(tmp_path / "a.png") as file:
            file.write(b"sec")
            assert len(list(tmp_path.iterdir())) == 2
            raise error

    write_whole(tmp_path / "a.png", b"first")
    with pytest.raises(type(error)):
        break_off()
    assert list_files(tmp_path) == {"a.png": b"first"}


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    write_whole(tmp_path / "a.png", b"first")

    def fill_disk(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(step, fill_disk)
    with pytest.raises(OutputError, match=r"a\.png: cannot be written \(No space left on device\)"):
        write_whole(tmp_path / "a.png", b"second")
    assert list_files(tmp_path) == {"a.png": b"first"}


def test_what_a_killed_run_left_is_taken_away(tmp_path: Path) -> None:
    with open_whole(tmp_path / "a.png"):
        (left,) = tmp_path.iterdir()
    left.write_bytes(b"half")
    write_whole(tmp_path / "a.png", b"whole")
    assert list_files(tmp_path) == {"a.png": b"whole"}


def test_two_runs_into_one_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "a.png"

    def write_meanwhile(is_done: bool) -> None:
        with open_whole(path) as file:
            (unfinished,) = set(tmp_path.iterdir()) - {path}
            file.write(b"first")
            write_whole(path, b"second")
            if not is_done:  # a third has begun
                unfinished.write_bytes(b"thi")

    with pytest.raises(OutputError, match="another run is writing there"):
        write_meanwhile(is_done=True)
    assert list_files(tmp_path) == {"a.png": b"second"}
    with pytest.raises(OutputError, match="another run is writing there"):
        write_meanwhile(is_done=False)
    assert sorted(list_files(tmp_path).values()) == [b"second", b"thi"], "what others write is theirs to take away"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_rights_are_the_owners_unless_it_is_shared(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.touch(0o644)
    write_whole(path, b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    mask = os.umask(0o027)
    try:
        write_whole(path, b"x", SHARED)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links take rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "a.csv").symlink_to(tmp_path / "far" / "b.csv")
    write_whole(tmp_path / "a.csv", b"x")
    assert (tmp_path / "a.csv").is_symlink()
    assert list_files(tmp_path / "far") == {"b.csv": b"x"}


def test_a_folder_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(OutputError, match="a folder or a device has this name"):
            write_whole(path, b"x")
    assert not Path(os.devnull).is_file()


def test_the_longest_names_are_written(tmp_path: Path) -> None:
    name = "ä" * 120 + ".csv"
    write_whole(tmp_path / name, b"x")
    assert list_files(tmp_path) == {name: b"x"}
