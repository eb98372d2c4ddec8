"""How files are opened: how finely, and up to which size. It imports nothing heavy, so that --help can read it."""

from dataclasses import dataclass

RESOLUTION = 300
"""Dots per inch: what offices scan at, and where a written digit of 5 mm is 60 pixels high."""

LEAST_RESOLUTION = 72
"""Dots per inch, at least: a written digit of 5 mm is 14 pixels high there, less than the network's 20."""

MOST_RESOLUTION = 1200
"""Dots per inch, at most: the optics of scanners see no more."""

MAX_MEGAPIXELS = 120
"""Pages with more are refused before they are decoded: a small file can claim any size. A3 at 600 dpi has 70."""

MOST_MEGAPIXELS = 700
"""What the limit may be raised to: pdfium counts the bytes of a picture, three to a pixel, in 31 bits."""


@dataclass(frozen=True)
class Opening:
    """How pages are taken from files."""

    resolution: int = RESOLUTION
    """Dots per inch at which the pages of a PDF are drawn; images keep their own pixels."""
    max_pixels: int = MAX_MEGAPIXELS * 1_000_000
    """Pages with more pixels are refused before they are decoded or drawn."""
    first: int = 1
    """The first page that is taken, from 1: those before it are not decoded."""

    def __post_init__(self) -> None:
        """Raise ValueError for a page before the first."""
        if self.first < 1:
            raise ValueError(f"pages are counted from 1, got first={self.first}")
