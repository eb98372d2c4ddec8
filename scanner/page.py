"""Pages: image files and streams, opened whole or refused with a clear sentence."""

import io
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from scanner.errors import (
    DamagedImageError,
    EmptyFileError,
    ForbiddenFileError,
    MissingFileError,
    NotAnImageError,
    ScanError,
    TooLargeError,
)

MAX_PIXELS = 120_000_000
"""Pages with more pixels are refused before they are decoded: a small file can claim any size."""

MAX_BYTES = 500_000_000
"""Files larger than this are refused before they are read."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm", ".ppm", ".pbm", ".pnm", ".gif"})
"""What is taken from a folder; a file that is named is tried whatever its name."""


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

    def joined(self, other: "Box") -> "Box":
        """Return the smallest box around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def scaled(self, factor: float) -> "Box":
        """Return the box with all coordinates multiplied; at least one pixel wide and high."""
        x, y = round(self.x * factor), round(self.y * factor)
        return Box(x, y, max(1, round(self.right * factor) - x), max(1, round(self.bottom * factor) - y))

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


def open_pages(path: Path | str, max_pixels: int = MAX_PIXELS) -> Iterator[Page]:
    """Yield the pages of an image file, one after the other. Raises ScanError.

    Pages that come before a damaged one are yielded before the error is raised.
    """
    yield from decode_pages(_read_bytes(Path(path)), str(path), max_pixels)


def decode_pages(data: bytes, source: str, max_pixels: int = MAX_PIXELS) -> Iterator[Page]:
    """Yield the pages in the bytes of an image file. source: its name in results and messages. Raises ScanError."""
    if not data:
        raise EmptyFileError(f"{source}: the file is empty; expected an image. Copy or save it again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of oddities in metadata, and of sizes that are judged below
            file = Image.open(io.BytesIO(data))
            for number, frame in enumerate(ImageSequence.Iterator(file), 1):
                _check_size(frame, source, max_pixels)
                yield Page(_to_array(frame), source, number)
                if file.format not in ("TIFF", "MPO"):
                    break  # later frames of a GIF or WebP are an animation, not pages
                if file.format == "MPO":
                    break  # the further pictures of a phone's JPEG are previews
    except ScanError:
        raise
    except UnidentifiedImageError:
        raise NotAnImageError(
            f"{source}: this is not an image that can be read; expected PNG, JPEG, TIFF, BMP, WebP or PNM."
        ) from None
    except Image.DecompressionBombError:
        raise TooLargeError(
            f"{source}: the image claims more than {max_pixels // 1_000_000} megapixels. Scan it at a lower resolution."
        ) from None
    except MemoryError:
        raise TooLargeError(f"{source}: the image does not fit into memory. Scan it at a lower resolution.") from None
    except Exception as error:  # Pillow's decoders raise what their format's parser meets: struct.error, KeyError, ...
        raise DamagedImageError(
            f"{source}: the image is damaged or cut short ({error}). Copy or scan it again."
        ) from error


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise NotAnImageError(f"{path}: this is a folder; expected an image file.")
        if path.exists() and not path.is_file():
            raise NotAnImageError(f"{path}: this is not a regular file; expected an image file.")
        size = os.stat(path).st_size
        if size > MAX_BYTES:
            raise TooLargeError(f"{path}: {size / 1e6:.0f} MB; expected at most {MAX_BYTES / 1e6:.0f} MB. Save it smaller.")
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingFileError(f"{path}: no such file. Check the name.") from None
    except PermissionError:
        raise ForbiddenFileError(f"{path}: no permission to read it. Change its rights (chmod +r).") from None
    except (OSError, ValueError) as error:
        raise MissingFileError(f"{path}: cannot be opened ({error}). Check the name and the disk.") from error


def _check_size(frame: Image.Image, source: str, max_pixels: int) -> None:
    width, height = frame.size
    if width * height > max_pixels:
        raise TooLargeError(
            f"{source}: {width}x{height} pixels; expected at most {max_pixels // 1_000_000} megapixels. "
            "Scan it at a lower resolution."
        )


def _to_array(frame: Image.Image) -> NDArray[np.uint8]:
    """Return the frame after its EXIF turn, grey as (H, W) and colour as (H, W, 3) BGR."""
    turned = ImageOps.exif_transpose(frame)
    if turned.mode in ("1", "L"):
        return np.asarray(turned.convert("L"), np.uint8)
    if turned.mode.startswith("I") or turned.mode == "F":
        return _stretch(np.asarray(turned, np.float32))
    if turned.mode in ("LA", "RGBA", "PA") or "transparency" in turned.info:
        coloured = turned.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        turned = Image.alpha_composite(paper, coloured)
    return np.ascontiguousarray(np.asarray(turned.convert("RGB"), np.uint8)[:, :, ::-1])


def _stretch(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bring 16-bit or float grey to 0..255 by the image's own range."""
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255.0 / max(high - low, 1e-6))).astype(np.uint8)
