"""Bad PDFs are refused with one sentence: never read by half, never with a traceback, never with chatter."""

import contextlib
import re
import sys

import numpy as np
import pytest
from drawing import COLOURED, PICTURE
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pdfs import CATALOG, LOCK, build, build_sheet, encode_pdf, stream

from scanner.errors import (
    DamagedImageError,
    EmptyFileError,
    EncryptedFileError,
    MissingOpenerError,
    NotAnImageError,
    ScanError,
    TooLargeError,
)
from scanner.opening import LEAST_RESOLUTION, Opening
from scanner.page import decode_pages


def decode(data: bytes, opening: Opening = Opening()) -> list[NDArray[np.uint8]]:
    """Return the pictures of all pages."""
    return [page.image for page in decode_pages(data, "x.pdf", opening)]


CUTS = {
    "scan": encode_pdf(PICTURE, COLOURED, PICTURE[:30]),
    "fax": encode_pdf(PICTURE >= 128),
    "drawn": build_sheet(b"0 0 40 40", b"/Contents 4 0 R", stream(b"0 g 10 10 9 9 re f")),
}


@pytest.mark.parametrize("data", CUTS.values(), ids=CUTS)
def test_cut_anywhere_it_is_refused_or_whole(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    whole = decode(data)
    ends = {*range(0, len(data), 23), *range(max(0, len(data) - 40), len(data))}
    refused: list[type[ScanError]] = []
    for end in sorted(ends):
        try:
            pictures = decode(data[:end])
        except ScanError as error:
            refused.append(type(error))
            continue
        assert len(pictures) == len(whole), f"pages lost, cut at {end} of {len(data)}"
        for got, expected in zip(pictures, whole, strict=True):
            np.testing.assert_array_equal(got, expected, f"half a page, cut at {end} of {len(data)}")
    assert len(refused) > len(ends) / 2
    assert set(refused) <= {
        EmptyFileError,
        NotAnImageError,
        DamagedImageError,
    }  # the first two: less than its first word
    assert capfd.readouterr() == ("", "")


def test_what_was_written_on_top_is_not_lost_quietly() -> None:
    """A file that was changed holds its older self whole, and what was added after it."""
    old = build_sheet(b"0 0 40 40")
    added = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 40]/Contents 4 0 R>>\nendobj\n4 0 obj\n"
    added += stream(b"0 g 10 10 9 9 re f") + b"\nendobj\n"
    with pytest.raises(DamagedImageError, match="cut short"):
        decode(old + added)


def test_pages_before_the_damage_are_read() -> None:
    data = encode_pdf(PICTURE, PICTURE, PICTURE)
    pages = decode_pages(data.replace(b"\n3 0 obj", b"\n3 0 oxx"), "x.pdf")
    assert next(pages).number == 1
    with pytest.raises(DamagedImageError, match="page 2 of the PDF is damaged"):
        list(pages)


def place_picture(width: int) -> bytes:
    """Return a PDF with a picture that no decoder knows, so many units wide and high, on a page of 100."""
    picture = stream(b"no JPEG", b"/Type/XObject/Subtype/Image/Width 9/Height 9/BitsPerComponent 8/Filter/DCTDecode")
    drawing = stream(b"q %d 0 0 %d 10 10 cm /I Do Q" % (width, width))
    return build_sheet(b"0 0 100 100", b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>", drawing, picture)


def test_a_scan_that_cannot_be_decoded_is_no_empty_page() -> None:
    with pytest.raises(DamagedImageError, match="page 1"):
        decode(place_picture(80))


def test_a_logo_that_cannot_be_decoded_costs_nothing() -> None:
    assert len(decode(place_picture(10))) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-",
        b"%PDF-1.7 is how a PDF begins.\n" * 50,
        b"%PDF-1.4\nstartxref\n9\n%%EOF\n",
        build(CATALOG, b"<</Type/Pages/Count 0/Kids[]>>"),
        build(CATALOG, b"<</Type/Pages/Count 3/Kids[3 0 R 3 0 R 4 0 R]>>"),
        build(CATALOG, b"<</Type/Pages/Count 99999999/Kids[2 0 R 2 0 R]>>"),
    ],
    ids=["start", "text", "no objects", "no pages", "pages lost", "circle"],
)
def test_what_only_looks_like_a_pdf_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedImageError, match=r"x\.pdf: .*PDF is damaged or cut short; expected a whole one"):
        decode(data)


@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 30))
def test_any_bytes_are_pages_or_refused(junk: bytes, place: int, less: int) -> None:
    whole = CUTS["drawn"]
    for data in (b"%PDF-1.4\n" + junk, whole[:place] + junk + whole[place + less :]):
        with contextlib.suppress(ScanError):
            assert all(image.ndim == 3 for image in decode(data, Opening(72, 1_000_000)))


def test_a_password_is_asked_for_in_one_sentence() -> None:
    with pytest.raises(EncryptedFileError, match=r"x\.pdf: .*locked with a password.*Save it without"):
        decode(build_sheet(trailer=LOCK))


def test_a_lock_of_another_make_is_a_lock() -> None:
    with pytest.raises(EncryptedFileError, match="locked"):
        decode(build_sheet(trailer=LOCK.replace(b"Standard", b"Acme.Locks")))


@pytest.mark.parametrize("box", [b"0 0 14400 14400", b"0 0 100000000 100000000", b"-9 0 0 999999999"])
def test_a_huge_page_is_refused_before_it_is_drawn(box: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.pdf._draw", None)
    with pytest.raises(TooLargeError, match=r"page 1 .*expected at most 120 megapixels\. No resolution makes it fit"):
        decode(build_sheet(box))


@pytest.mark.parametrize("box", [b"0 0 4000 3000", b"0 0 3001.7 6003.3", b"0 0 100 100000"])
def test_a_large_page_is_told_the_resolution_that_fits(box: bytes) -> None:
    limit = 3_000_000
    with pytest.raises(TooLargeError) as caught:
        decode(build_sheet(box), Opening(600, limit))
    found = re.search(r"fits at (\d+) dpi or less: digits-scan --dpi \1\.", str(caught.value))
    if found is None:
        assert "No resolution" in str(caught.value)
        resolution = LEAST_RESOLUTION - 1
    else:
        resolution = int(found[1])
        (image,) = decode(build_sheet(box), Opening(resolution, limit))
        assert image.shape[0] * image.shape[1] <= limit
    with pytest.raises(TooLargeError):
        decode(build_sheet(box), Opening(resolution + 1, limit))


def test_pages_before_a_large_one_are_read() -> None:
    pages = decode_pages(encode_pdf(PICTURE, np.full((300, 300), 255, np.uint8)), "x.pdf", Opening(max_pixels=10_000))
    assert next(pages).number == 1
    with pytest.raises(TooLargeError, match=r"page 2 has 300x300 pixels at 300 dpi; expected at most 0\.01 megapixels"):
        next(pages)


def test_a_page_that_memory_cannot_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("scanner.pdf._draw", refuse)
    with pytest.raises(TooLargeError, match="no memory to draw page 1"):
        decode(encode_pdf(PICTURE))


def test_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingOpenerError, match="pip install pypdfium2"):
        decode(encode_pdf(PICTURE))
