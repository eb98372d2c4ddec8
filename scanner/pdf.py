"""PDF: each page drawn as paper would show it, at a chosen resolution. The only file that calls pdfium.

pdfium is not thread-safe: one thread of a process may read PDFs, and other processes beside it.
"""

import logging
import math
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scanner.errors import DamagedImageError, EncryptedFileError, MissingOpenerError, ScanError, TooLargeError
from scanner.opening import LEAST_RESOLUTION, Opening

SIGNATURE = b"%PDF-"
"""How a PDF begins."""

LEAD = 1024
"""Bytes within which it begins: some programs write lines of their own before it, and readers bear with them."""

OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
"""How an object begins. After the last `startxref` of a whole file, none does."""

UNITS_PER_INCH = 72
"""A page is measured in units of 1/72 inch (ISO 32000-1, 8.3.2.3)."""

MARGIN = 0.001
"""Added to a page on each side, in its units. Without it, pdfium lays most scans over one pixel more than they have, by
rounding, and every pixel is blurred; 0.0005 to 0.01 bring scans of 50 to 7,000 pixels back as they were."""

WHITE = (255, 255, 255, 255)
"""Paper, RGBA."""

BROKEN_SHARE = 0.1
"""Share of the page (0..1) from which on a picture that cannot be decoded is a damaged page; a logo is less."""

logging.getLogger("pypdfium2").addHandler(logging.NullHandler())  # without a handler, Python prints it on stderr


def is_pdf(data: bytes) -> bool:
    """Tell by its first bytes whether a file is a PDF."""
    return SIGNATURE in data[:LEAD]


def render_pages(data: bytes, source: str, opening: Opening) -> Iterator[NDArray[np.uint8]]:
    """Yield the pages of a PDF from the first that is wanted, as (H, W, 3) BGR uint8: only one is held at a time.

    What is written on top, as notes and filled form fields, is drawn too. source: the file's name in messages.
    Raises ScanError: for a file that is locked or cut short before any page, for a page after those before it.
    """
    with _explained(source, "the PDF"):
        document = _open(data, source)
    with closing(document):
        for index in range(opening.first - 1, len(document)):
            with _explained(source, f"page {index + 1} of the PDF"):
                image = _render(document, index, source, opening)
            yield image


@contextmanager
def _explained(source: str, what: str) -> Iterator[None]:
    """Turn what pdfium and its bindings raise into a ScanError with its sentence."""
    try:
        yield
    except ScanError:
        raise
    except MemoryError:
        raise TooLargeError(
            f"{source}: there is no memory to draw {what}. Draw it at a lower resolution (digits-scan --dpi)."
        ) from None
    except Exception as error:  # bindings made from C headers raise many kinds: PdfiumError, ValueError, ctypes' own
        raise DamagedImageError(
            f"{source}: {what} is damaged or cut short; expected a whole one. Copy or scan it again."
        ) from error


def _open(data: bytes, source: str) -> Any:
    """Return pdfium's document, its form fields ready to be drawn."""
    try:
        import pypdfium2  # imported here: it loads a library of 8 MB, and most files are no PDFs
    except ImportError as error:
        raise MissingOpenerError(
            f"{source}: PDFs need pypdfium2, which does not load here ({error}). Install it: pip install pypdfium2."
        ) from error
    if _is_cut(data):
        raise ValueError("objects without a table of them")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY):
            raise EncryptedFileError(
                f"{source}: the PDF is locked with a password; expected an open one. Save it without the password."
            ) from error
        raise
    document.init_forms()
    return document


def _is_cut(data: bytes) -> bool:
    """Tell whether the file's end is missing. pdfium would mend it in silence, without what was there."""
    end = data.rfind(b"startxref")
    return end < 0 or OBJECT.search(data, end) is not None


def _render(document: Any, index: int, source: str, opening: Opening) -> NDArray[np.uint8]:
    """Return the page drawn, (H, W, 3) BGR. index: from 0."""
    with closing(document[index]) as page:
        width, height = _measure(page, opening.resolution)
        if width * height > opening.max_pixels:
            raise TooLargeError(
                f"{source}: page {index + 1} has {width}x{height} pixels at {opening.resolution} dpi; "
                f"expected at most {opening.max_pixels / 1e6:g} megapixels. {_advise(page, opening.max_pixels)}"
            )
        if _lacks_a_picture(page):
            raise ValueError("a picture cannot be decoded")
        return _draw(page, width, height)


def _measure(page: Any, resolution: int) -> tuple[int, int]:
    """Return (width, height) in pixels at this many dots per inch, rounded: a scan comes back in its own pixels."""
    width, height = (side * resolution / UNITS_PER_INCH for side in page.get_size())
    return max(1, round(width)), max(1, round(height))


def _advise(page: Any, max_pixels: int) -> str:
    """Return how to mend a page that is too large."""
    resolution = math.floor(UNITS_PER_INCH * math.sqrt(max_pixels / math.prod(page.get_size())))
    while math.prod(_measure(page, resolution)) > max_pixels:  # sides are rounded, up too
        resolution -= 1
    if resolution < LEAST_RESOLUTION:
        return "No resolution makes it fit: save it on smaller paper."
    return f"It fits at {resolution} dpi or less: digits-scan --dpi {resolution}."


def _lacks_a_picture(page: Any) -> bool:
    """Tell whether a large picture on the page cannot be decoded. pdfium would leave its place empty in silence."""
    from pypdfium2 import raw

    least = BROKEN_SHARE * math.prod(page.get_size())
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) >= least and picture.get_metadata().bits_per_pixel == 0:
            return True
    return False


def _draw(page: Any, width: int, height: int) -> NDArray[np.uint8]:
    """Draw the page and its form fields. The bindings' own `render` rounds sizes up, which blurs a scan."""
    from pypdfium2 import PdfBitmap, raw

    left, bottom, right, top = page.get_bbox()
    wider = (left - MARGIN, bottom - MARGIN, right + MARGIN, top + MARGIN)
    page.set_mediabox(*wider)
    page.set_cropbox(*wider)
    with closing(PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)) as bitmap:
        bitmap.fill_rect(WHITE, 0, 0, width, height)
        where = (bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
        raw.FPDF_RenderPageBitmap(*where)
        if page.formenv:
            raw.FPDF_FFLDraw(page.formenv, *where)
        drawn: NDArray[np.uint8] = bitmap.to_numpy()  # its memory is Python's, and outlives the bitmap
        return drawn
