"""The pages of PDFs come in order and in their own pixels, drawn as a reader shows them."""

import io
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from drawing import PICTURE, encode
from numpy.typing import NDArray
from pdfs import build_sheet, encode_pdf, stream

from scanner.batch import STDIN, Scanned, scan
from scanner.opening import Opening
from scanner.page import Page, decode_pages, open_pages
from scanner.reading import Reading

ROOT = Path(__file__).parents[2]


def decode(data: bytes, opening: Opening = Opening()) -> list[NDArray[np.uint8]]:
    """Return the pictures of all pages."""
    return [page.image for page in decode_pages(data, "x.pdf", opening)]


def differ(image: NDArray[np.uint8], picture: NDArray[np.uint8]) -> float:
    """Return how far a page is from a picture of the same size, as the mean over pixels, 0..255."""
    return float(np.abs(image.reshape(*picture.shape[:2], -1).mean(axis=2) - picture.mean(axis=2)).mean())


def in_colour(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return picture if picture.ndim == 3 else np.dstack([picture] * 3)


def test_pages_come_in_order_with_their_numbers() -> None:
    pictures = [PICTURE, np.flipud(PICTURE), PICTURE[:30]]
    pages = list(decode_pages(encode_pdf(*pictures, quality=95), "scan.pdf"))
    assert [(page.number, page.source) for page in pages] == [(1, "scan.pdf"), (2, "scan.pdf"), (3, "scan.pdf")]
    for page, picture in zip(pages, pictures, strict=True):
        assert page.image.shape == (*picture.shape[:2], 3)
        assert page.image.dtype == np.uint8
        assert differ(page.image, in_colour(picture)) < 4


def test_pages_before_the_first_that_is_wanted_are_not_drawn() -> None:
    data = encode_pdf(PICTURE, PICTURE[:30], quality=95)
    (page,) = decode_pages(data, "scan.pdf", Opening(max_pixels=PICTURE[:30].size, first=2))  # the first is too large
    assert page.number == 2
    assert differ(page.image, in_colour(PICTURE[:30])) < 4
    assert list(decode_pages(data, "scan.pdf", Opening(first=3))) == []


def test_a_scan_comes_back_in_its_own_pixels() -> None:
    bits = PICTURE >= 128  # kept without loss, as fax
    (image,) = decode(encode_pdf(bits))
    np.testing.assert_array_equal(image, in_colour(bits * np.uint8(255)))


def test_colour_comes_back_as_blue_green_red() -> None:
    red = np.zeros((20, 30, 3), np.uint8)
    red[..., 0] = 255
    (image,) = decode(encode_pdf(red))
    assert (image.mean(axis=(0, 1)) > 128).tolist() == [False, False, True]


@pytest.mark.parametrize(("resolution", "size"), [(72, (792, 612)), (150, (1650, 1275)), (300, (3300, 2550))])
def test_the_resolution_decides_the_size(resolution: int, size: tuple[int, int]) -> None:
    (image,) = decode(build_sheet(), Opening(resolution))
    assert image.shape == (*size, 3)
    assert (image == 255).all()


def test_a_page_is_turned_as_it_says() -> None:
    (upright,) = decode(encode_pdf(PICTURE))
    turned = encode_pdf(PICTURE).replace(b"/Type /Page\n", b"/Rotate 90\n/Type /Page\n")  # 90 degrees clockwise
    (image,) = decode(turned)
    np.testing.assert_array_equal(image, np.rot90(upright, -1))


@pytest.mark.parametrize("kind", [b"Ink", b"Stamp", b"Widget/FT/Tx/T(amount)/V(12)"])
def test_notes_and_filled_fields_are_drawn(kind: bytes) -> None:
    note = b"<</Type/Annot/Subtype/%s/Rect[50 50 150 100]/F 4/AP<</N 5 0 R>>>>" % kind
    look = stream(b"0 g 0 0 100 50 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 100 50]")
    data = build_sheet(b"0 0 200 200", b"/Annots[4 0 R]", note, look)
    data = data.replace(b"/Pages 2 0 R", b"/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>")
    (image,) = decode(data, Opening(72))
    assert (image[100:150, 50:150] == 0).all()
    assert (image[:90] == 255).all()


def test_what_stands_before_the_beginning_is_borne_with() -> None:
    assert len(decode(b"Content-Type: application/pdf\r\n\r\n" + encode_pdf(PICTURE))) == 1


def test_an_image_that_speaks_of_pdf_is_an_image() -> None:
    data = encode(PICTURE, "TIFF", description="printed from %PDF-1.4")
    assert b"%PDF-" in data[:1024]
    np.testing.assert_array_equal(decode(data)[0], PICTURE)


def test_pages_are_drawn_when_they_are_asked_for() -> None:
    pages = decode_pages(encode_pdf(*[PICTURE] * 20, resolution=20), "x.pdf")  # 900x720 pixels each
    tracemalloc.start()
    held = []
    for page in pages:
        assert page.image.nbytes > 1_000_000
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert max(held) < 3 * page.image.nbytes


def test_the_document_is_closed_by_who_stops_early(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    close = pypdfium2.PdfDocument.close
    monkeypatch.setattr(pypdfium2.PdfDocument, "close", lambda self: closed.append(close(self)))
    pages = decode_pages(encode_pdf(PICTURE, PICTURE), "x.pdf")
    next(pages)
    assert closed == []
    pages.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    assert closed == [True]


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "scan.jpg"
    path.write_bytes(encode_pdf(PICTURE, PICTURE))
    assert [page.number for page in open_pages(path)] == [1, 2]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_nothing(page: Page) -> Reading:
        return Reading(page.source, page.number, page.image.shape[1], page.image.shape[0], ())

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(encode_pdf(PICTURE, PICTURE))))
    outcomes = list(scan([STDIN], read_nothing, Opening(150)))
    readings = [outcome.reading for outcome in outcomes if isinstance(outcome, Scanned)]
    height, width = PICTURE.shape
    assert [(reading.page, reading.width, reading.height) for reading in readings] == [
        (1, width // 2, height // 2),
        (2, width // 2, height // 2),
    ]


def test_pdfium_is_loaded_for_pdfs_alone() -> None:
    script = "import sys, scanner.batch\nprint(sorted({'pypdfium2', 'pillow_heif'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (ran.returncode, ran.stdout) == (0, "[]\n"), ran.stderr
