"""HEIC opens whole and upright where its package is installed, and is told what to install where it is not."""

import sys

import numpy as np
import pytest
from drawing import COLOURED, PICTURE, encode
from numpy.typing import NDArray
from PIL import Image

from scanner.errors import DamagedImageError, MissingOpenerError, ScanError, TooLargeError
from scanner.heif import is_heif
from scanner.opening import Opening
from scanner.page import decode_pages

ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held."""

LOSSLESS = {"quality": -1, "chroma": 444, "matrix_coefficients": 0}
"""How pixels stay as they are."""

START = b"\0\0\0\x1cftyp%s\0\0\0\0mif1heicmiaf"
"""How a HEIF file of some brand begins."""


@pytest.fixture
def heif() -> None:
    """Let Pillow write HEIF, in tests that need the package."""
    pytest.importorskip("pillow_heif").register_heif_opener()


def decode_one(data: bytes) -> NDArray[np.uint8]:
    """Return the picture of the only page."""
    (page,) = decode_pages(data, "x.heic")
    return page.image


@pytest.mark.usefixtures("heif")
def test_colour_comes_back_as_blue_green_red() -> None:
    np.testing.assert_array_equal(decode_one(encode(COLOURED, "HEIF", **LOSSLESS)), COLOURED[:, :, ::-1])


@pytest.mark.usefixtures("heif")
def test_grey_comes_back_exactly() -> None:
    np.testing.assert_array_equal(decode_one(encode(PICTURE, "HEIF", quality=-1)), PICTURE)


@pytest.mark.usefixtures("heif")
@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, -1), (8, 1)])
def test_it_is_upright(orientation: int, turns: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turned = decode_one(encode(PICTURE, "HEIF", quality=-1, exif=exif.tobytes()))
    np.testing.assert_array_equal(turned, np.rot90(PICTURE, turns))


@pytest.mark.usefixtures("heif")
def test_other_pictures_in_it_are_no_pages() -> None:
    data = encode(PICTURE, "HEIF", quality=-1, save_all=True, append_images=[Image.fromarray(PICTURE[:30])])
    np.testing.assert_array_equal(decode_one(data), PICTURE)


@pytest.mark.usefixtures("heif")
def test_cut_anywhere_it_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    data = encode(COLOURED, "HEIF")
    for end in range(1, len(data), 7):
        with pytest.raises(ScanError):
            decode_one(data[:end])
    with pytest.raises(DamagedImageError, match="cut short"):
        decode_one(data[:-9])
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("heif")
def test_a_large_one_is_refused() -> None:
    with pytest.raises(TooLargeError, match=r"48x60 pixels; expected at most 0\.002 megapixels"):
        next(decode_pages(encode(PICTURE, "HEIF"), "x.heic", Opening(max_pixels=2_000)))


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"msf1", b"heif"])
def test_without_its_package(brand: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(MissingOpenerError, match=r"x\.heic: HEIC .*Install it: pip install 'digitlens\[heic\]'"):
        decode_one(START % brand)


@pytest.mark.parametrize("data", [b"", b"ftypheic", START % b"isom", START % b"avif", b"\0\0\0\x1cfree" + b"heic"])
def test_films_and_other_files_are_no_heic(data: bytes) -> None:
    assert not is_heif(data)
