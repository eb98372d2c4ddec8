"""Bad files are refused with one sentence: never read by half, never with a traceback, never with chatter."""

import contextlib
import os
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from drawing import COLOURED, PICTURE, encode, encode_pages
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from scanner.errors import (
    DamagedImageError,
    EmptyFileError,
    ForbiddenFileError,
    MissingFileError,
    NotAnImageError,
    ScanError,
    TooLargeError,
)
from scanner.page import decode_pages, open_pages


def decode(data: bytes) -> list[NDArray[np.uint8]]:
    """Return the pictures of all pages."""
    return [page.image for page in decode_pages(data, "x")]


def decode_one(data: bytes) -> NDArray[np.uint8]:
    """Return the picture of the only page."""
    (picture,) = decode(data)
    return picture


def claim_size(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header claims any size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = b"IDAT" + zlib.compress(bytes(100))
    chunks = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, body, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


CUTS = {
    "png": encode(COLOURED, "PNG"),
    "jpeg": encode(COLOURED, "JPEG"),
    "progressive": encode(COLOURED, "JPEG", progressive=True),
    "bmp": encode(COLOURED, "BMP"),
    "webp": encode(COLOURED, "WEBP"),
    "gif": encode(PICTURE, "GIF"),
    "pgm": encode(PICTURE, "PPM"),
    "tiff": encode_pages([PICTURE, COLOURED]),
    "tiff-lzw": encode_pages([PICTURE, COLOURED, PICTURE], compression="tiff_lzw"),
    "tiff-jpeg": encode_pages([PICTURE, PICTURE], compression="jpeg"),
    "tiff-fax": encode(Image.fromarray(PICTURE >= 128), "TIFF", compression="group4"),
}


@pytest.mark.parametrize("data", CUTS.values(), ids=CUTS)
def test_cut_anywhere_it_is_refused_or_whole(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    whole = decode(data)
    ends = {*range(0, len(data), 10), *range(max(0, len(data) - 40), len(data))}
    refused = 0
    for end in sorted(ends):
        pictures = []
        try:
            for page in decode_pages(data[:end], "x"):
                pictures.append(page.image)
            assert len(pictures) == len(whole), f"pages lost, cut at {end} of {len(data)}"
        except ScanError:
            refused += 1
        for got, expected in zip(pictures, whole, strict=False):
            np.testing.assert_array_equal(got, expected, f"half an image, cut at {end} of {len(data)}")
    assert refused > len(ends) / 2
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["png", "jpeg", "tiff-lzw", "gif"])
def test_a_cut_image_is_told_from_what_is_none(name: str) -> None:
    with pytest.raises(DamagedImageError, match="cut short"):
        decode(CUTS[name][: len(CUTS[name]) // 3])


def test_pages_before_the_damage_are_read() -> None:
    data = encode_pages([PICTURE, PICTURE])
    pages = decode_pages(data[:-500], "x")
    np.testing.assert_array_equal(next(pages).image, PICTURE)
    with pytest.raises(DamagedImageError):
        next(pages)


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_an_image_or_refused(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0", b"\xff\xd8\xff\xe0", b"BM", b"P5 3 3 255\n"):
        with contextlib.suppress(ScanError):
            for picture in decode(start + data):
                assert picture.dtype == np.uint8


def test_the_programs_own_warnings_stay_on_between_pages() -> None:
    pages = decode_pages(encode_pages([PICTURE, PICTURE]), "x")
    next(pages)
    with pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", UserWarning, stacklevel=1)


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (12_000, 12_000), (2**31 - 1, 2**31 - 1)])
def test_a_header_may_not_claim_all_memory(width: int, height: int) -> None:
    with pytest.raises(TooLargeError, match="expected at most 120 megapixels"):
        decode(claim_size(width, height))


@pytest.mark.parametrize("size", [(1, 1), (20, 30_000), (30_000, 20)])
def test_extreme_shapes(size: tuple[int, int]) -> None:
    assert decode_one(encode(np.full(size, 255, np.uint8), "PNG")).shape == size


def test_text_called_png(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("These are notes.\n" * 100)
    with pytest.raises(NotAnImageError, match=r"no image.*Save it as PNG or JPEG"):
        list(open_pages(path))


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()
    with pytest.raises(EmptyFileError, match="empty"):
        list(open_pages(path))


@pytest.mark.parametrize("name", ["absent.png", "absent/absent.png", "a\0b.png", "x" * 5000])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(MissingFileError, match="Check the name"):
        list(open_pages(tmp_path / name))


def test_folder_and_pipe_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(NotAnImageError, match="folder"):
        list(open_pages(tmp_path))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(NotAnImageError, match="pipe"):
            list(open_pages(tmp_path / "pipe"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(encode(PICTURE, "PNG"))
    path.chmod(0)
    with pytest.raises(ForbiddenFileError, match="no permission"):
        list(open_pages(path))


def test_no_permission_told_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "secret.png").touch()
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ForbiddenFileError, match="no permission"):
        list(open_pages(tmp_path / "secret.png"))


def test_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(600_000_000)  # sparse: takes no room on the disk
    with pytest.raises(TooLargeError, match="600 MB; expected at most 500 MB"):
        list(open_pages(path))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", [b"new\nline.png", b"\xff\xfe.png", "zwölf-१२.png".encode()])
def test_odd_names(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(encode(PICTURE, "PNG"))
    (page,) = open_pages(str(path))
    assert page.source == str(path)
    path.write_bytes(b"")
    with pytest.raises(EmptyFileError) as caught:
        list(open_pages(path))
    assert len(str(caught.value).splitlines()) == 1
    str(caught.value).encode()
