"""Pages: image files, PDFs and streams, opened whole or refused with a clear sentence."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from scanner.errors import (
    DamagedImageError,
    EmptyFileError,
    ForbiddenFileError,
    MissingFileError,
    NotAnImageError,
    ScanError,
    TooLargeError,
)
from scanner.heif import is_heif, open_heif
from scanner.native import silenced_stderr
from scanner.opening import Opening
from scanner.pdf import is_pdf, render_pages
from scanner.pixels import to_array, turn_upright

MAX_BYTES = 500_000_000
"""Files larger than this are refused before they are read."""

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm", ".ppm", ".pbm", ".pnm", ".gif"}
    | {".pdf", ".heic", ".heif"}
)
"""What is taken from a folder; a file that is named is tried whatever its name.

HEIC is taken where its package is lacking too: it is better to be told what to install than to miss a page.
"""

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "DIB", "WEBP", "PPM", "GIF")
"""Pillow's names of what is opened. It knows more, some of which start other programs (EPS runs Ghostscript)."""

TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How TIFF and BigTIFF files begin."""

SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", *TIFF_SIGNATURES)
"""How image files begin: what begins so and cannot be identified is a damaged image, not another kind of file."""

PAGED = "TIFF"
"""The format whose frames are pages. Those of GIF and WebP are an animation, those of MPO a phone's previews."""

SMALLER = "Scan it at a lower resolution, or raise the limit (digits-scan --max-megapixels)."
"""How to mend a picture that is too large."""

logging.getLogger("PIL").addHandler(logging.NullHandler())  # without a handler, Python prints its warnings on stderr


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, x to the right and y down from the image's upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.height

    @property
    def centre_x(self) -> float:
        """Column of the centre."""
        return self.x + self.width / 2

    @property
    def centre_y(self) -> float:
        """Row of the centre."""
        return self.y + self.height / 2

    @property
    def area(self) -> int:
        """In pixels."""
        return self.width * self.height

    def measure_shared(self, other: "Box") -> int:
        """Return the area that both boxes cover, in pixels."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0, across) * max(0, down)

    def measure_likeness(self, other: "Box") -> float:
        """Return what both boxes cover as a share of what either does, 0..1 (Jaccard's index)."""
        shared = self.measure_shared(other)
        return shared / (self.area + other.area - shared)

    def joined(self, other: "Box") -> "Box":
        """Return the smallest box around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def scaled(self, factor: float) -> "Box":
        """Return the box with all coordinates multiplied; at least one pixel wide and high."""
        x, y = round(self.x * factor), round(self.y * factor)
        return Box(x, y, max(1, round(self.right * factor) - x), max(1, round(self.bottom * factor) - y))

    def within(self, width: int, height: int) -> "Box":
        """Return the part that lies inside a picture of this size, in pixels."""
        x, y = min(max(self.x, 0), width - 1), min(max(self.y, 0), height - 1)
        return Box(x, y, max(1, min(self.right, width) - x), max(1, min(self.bottom, height) - y))

    def as_list(self) -> list[int]:
        """Return [x, y, width, height]."""
        return [self.x, self.y, self.width, self.height]


@dataclass(frozen=True)
class Page:
    """One picture to be read."""

    image: NDArray[np.uint8]
    """(H, W, 3) BGR or (H, W) grey, uint8, after the EXIF turn."""
    source: str
    """The path as it was given."""
    number: int = 1
    """The page in its file, from 1."""


def open_pages(path: Path | str, opening: Opening = Opening()) -> Iterator[Page]:
    """Yield the pages of an image file or a PDF, one after the other. Raises ScanError.

    Pages that come before a damaged one are yielded before the error is raised.
    """
    yield from decode_pages(_read_bytes(Path(path), str(path)), str(path), opening)


def decode_pages(data: bytes, source: str, opening: Opening = Opening()) -> Iterator[Page]:
    """Yield the pages in the bytes of a file. source: its name in results and messages. Raises ScanError."""
    if not data:
        raise EmptyFileError(f"{source}: the file is empty; expected an image. Copy or save it again.")
    drawn = is_pdf(data) and not data.startswith(SIGNATURES)  # a picture may speak of PDF in its metadata
    images = (render_pages if drawn else _decode_images)(data, source, opening)
    for number, image in enumerate(images, opening.first):
        yield Page(image, source, number)


def _decode_images(data: bytes, source: str, opening: Opening) -> Iterator[NDArray[np.uint8]]:
    max_pixels = opening.max_pixels
    with _explained(source, data, max_pixels):
        file = _open(data, source)
    for number in count(opening.first):
        with _explained(source, data, max_pixels):
            image = _decode(file, number, source, max_pixels)
        if image is None:
            return
        yield image


@contextmanager
def _explained(source: str, data: bytes, max_pixels: int) -> Iterator[None]:
    """Turn what Pillow raises into a ScanError with its sentence, and its warnings into nothing.

    Never wrapped around a yield to the caller: the filters for warnings are the whole program's.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, and of sizes that are judged here
            yield
    except ScanError:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise TooLargeError(
            f"{source}: the image claims more than memory may hold; expected at most {max_pixels / 1e6:g} megapixels. "
            f"{SMALLER}"
        ) from None
    except Exception as error:  # Pillow's decoders raise what their parsers meet: struct.error, KeyError, ...
        if isinstance(error, UnidentifiedImageError) and not data.startswith(SIGNATURES):
            raise NotAnImageError(
                f"{source}: this is no image that can be read here; expected PNG, JPEG, TIFF, BMP, WebP, GIF, PNM, "
                "HEIC or PDF. Save it as PNG or JPEG."
            ) from None
        raise DamagedImageError(
            f"{source}: the image is damaged or cut short; expected a whole one. Copy or scan it again."
        ) from error


def _open(data: bytes, source: str) -> Image.Image:
    if is_heif(data):
        return open_heif(data, source)
    with warnings.catch_warnings():
        if data.startswith(TIFF_SIGNATURES):
            _refuse_broken_directories()
        return Image.open(io.BytesIO(data), formats=FORMATS)


def _decode(file: Image.Image, number: int, source: str, max_pixels: int) -> NDArray[np.uint8] | None:
    """Return the picture of a page, decoded whole and upright; None when there is no such page."""
    if number > 1 and not _turn_to(file, number):
        return None
    width, height = file.size
    if width * height > max_pixels:
        raise TooLargeError(
            f"{source}: {width}x{height} pixels; expected at most {max_pixels / 1e6:g} megapixels. {SMALLER}"
        )
    if file.format == PAGED:
        with silenced_stderr():  # libtiff writes there what it finds wrong
            file.load()
    else:
        file.load()
    return to_array(turn_upright(file))


def _turn_to(file: Image.Image, number: int) -> bool:
    """Go to a page; False when the file has none of that number."""
    if file.format != PAGED:
        return False
    with warnings.catch_warnings():
        _refuse_broken_directories()
        try:
            file.seek(number - 1)
        except EOFError:
            return False
    return True


def _refuse_broken_directories() -> None:
    """Make Pillow raise where it would warn and drop the rest of a TIFF: its pages would be lost quietly."""
    warnings.filterwarnings("error", "Corrupt EXIF data|Truncated File Read")


def _read_bytes(path: Path, source: str) -> bytes:
    try:
        if path.is_dir():
            raise NotAnImageError(f"{source}: this is a folder; expected an image file.")
        if path.exists() and not path.is_file():
            raise NotAnImageError(
                f"{source}: this is a pipe or a device; expected an image file. Pipe it in, and give -."
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise TooLargeError(
                f"{source}: {size / 1e6:.0f} MB; expected at most {MAX_BYTES / 1e6:.0f} MB. Save it smaller."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingFileError(f"{source}: no such file. Check the name.") from None
    except PermissionError:
        raise ForbiddenFileError(f"{source}: no permission to read it. Change its rights (chmod +r).") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise MissingFileError(f"{source}: cannot be opened ({reason}). Check the name and the disk.") from error
