"""PDFs for tests: pictures as scanners wrap them, and pages written by hand."""

import numpy as np
from drawing import encode
from numpy.typing import NDArray
from PIL import Image

LETTER = b"0 0 612 792"
"""A sheet of US paper, in 1/72 inch."""

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"

LOCK = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"00" * 32, b"11" * 32)
"""Says that the file is encrypted with a password that is not the empty one."""


def encode_pdf(*pictures: NDArray[np.generic], resolution: float = 300, **how: object) -> bytes:
    """Return a PDF with one page per picture, of so many pixels to the inch."""
    first, *others = (Image.fromarray(picture) for picture in pictures)
    return encode(first, "PDF", save_all=True, append_images=others, resolution=resolution, **how)


def build(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF made of these objects, the first being its catalog."""
    file, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(file))
    return file + head + table + tail


def build_sheet(box: bytes = LETTER, entries: bytes = b"", *others: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of one page. box: its corners. entries: what else it says. others: objects from number 4 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]%s>>" % (box, entries)
    return build(CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, *others, trailer=trailer)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)
