"""Pages: image files and streams, opened whole or refused with a clear sentence."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.Image import Transpose

from scanner.errors import (
    DamagedImageError,
    EmptyFileError,
    ForbiddenFileError,
    MissingFileError,
    NotAnImageError,
    ScanError,
    TooLargeError,
)
from scanner.native import silenced_stderr

MAX_PIXELS = 120_000_000
"""Pages with more pixels are refused before they are decoded: a small file can claim any size."""

MAX_BYTES = 500_000_000
"""Files larger than this are refused before they are read."""

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm", ".ppm", ".pbm", ".pnm", ".gif"}
)
"""What is taken from a folder; a file that is named is tried whatever its name."""

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "DIB", "WEBP", "PPM", "GIF")
"""Pillow's names of what is opened. It knows more, some of which start other programs (EPS runs Ghostscript)."""

TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How TIFF and BigTIFF files begin."""

SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", *TIFF_SIGNATURES)
"""How image files begin: what begins so and cannot be identified is a damaged image, not another kind of file."""

PAGED = "TIFF"
"""The format whose frames are pages. Those of GIF and WebP are an animation, those of MPO a phone's previews."""

GREY_DEPTHS = (2**8 - 1, 2**10 - 1, 2**12 - 1, 2**14 - 1, 2**16 - 1, 2**31 - 1)
"""The values of white in grey images of 8 to 31 bits: sensors of 10, 12 and 14 bits fill 16-bit files partly."""

TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes the picture upright (Exif 2.32, tag 0x0112)."""

SMALLER = "Scan it at a lower resolution."
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


def open_pages(path: Path | str, max_pixels: int = MAX_PIXELS) -> Iterator[Page]:
    """Yield the pages of an image file, one after the other. Raises ScanError.

    Pages that come before a damaged one are yielded before the error is raised.
    """
    yield from decode_pages(_read_bytes(Path(path), str(path)), str(path), max_pixels)


def decode_pages(data: bytes, source: str, max_pixels: int = MAX_PIXELS) -> Iterator[Page]:
    """Yield the pages in the bytes of an image file. source: its name in results and messages. Raises ScanError."""
    if not data:
        raise EmptyFileError(f"{source}: the file is empty; expected an image. Copy or save it again.")
    with _explained(source, data, max_pixels):
        file = _open(data)
    number = 1
    while True:
        with _explained(source, data, max_pixels):
            image = _decode(file, number, source, max_pixels)
        if image is None:
            return
        yield Page(image, source, number)
        number += 1


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
                f"{source}: this is no image that can be read here; expected PNG, JPEG, TIFF, BMP, WebP, GIF or PNM. "
                "Save it as PNG or JPEG."
            ) from None
        raise DamagedImageError(
            f"{source}: the image is damaged or cut short; expected a whole one. Copy or scan it again."
        ) from error


def _open(data: bytes) -> Image.Image:
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
    return _to_array(_upright(file))


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


def _upright(frame: Image.Image) -> Image.Image:
    """Return the frame after its EXIF turn; odd metadata leaves it as it is. Pillow has turned TIFF frames already."""
    try:
        turn = TURNS.get(frame.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # metadata is parsed like the formats above, and a picture is worth more than its tags
        return frame
    return frame if turn is None else frame.transpose(turn)


def _to_array(frame: Image.Image) -> NDArray[np.uint8]:
    """Return grey as (H, W) and colour as (H, W, 3) BGR; what is transparent becomes paper."""
    if frame.mode.startswith("I") or frame.mode == "F":
        return _scale_depth(np.asarray(frame, np.float32), GREY_DEPTHS if frame.mode != "F" else (1, *GREY_DEPTHS))
    if frame.has_transparency_data:
        return _to_bgr(_lay_on_paper(frame.convert("RGBA")).convert("RGB"))
    if frame.mode in ("1", "L"):
        return np.array(frame.convert("L"), np.uint8)
    return _to_bgr(frame.convert("RGB"))


def _to_bgr(frame: Image.Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.asarray(frame, np.uint8)[:, :, ::-1])


def _lay_on_paper(frame: Image.Image) -> Image.Image:
    """Lay an RGBA frame on white, or on black when it is light ink on nothing, which white would swallow."""
    grey, alpha = np.asarray(frame.convert("L")), np.asarray(frame.getchannel("A"))
    visible = alpha >= 128
    light_ink = np.count_nonzero(visible) * 2 < visible.size and grey[visible].size and grey[visible].mean() >= 128
    paper = Image.new("RGBA", frame.size, "black" if light_ink else "white")
    return Image.alpha_composite(paper, frame)


def _scale_depth(values: NDArray[np.float32], whites: tuple[int, ...]) -> NDArray[np.uint8]:
    """Bring deep or float grey to 0..255 by the least of the whites that holds it.

    Never by the image's own range: that would blow the noise of an empty page up to ink.
    """
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    largest = float(values.max(initial=0.0))
    white = next((white for white in whites if largest <= white), largest)
    scaled: NDArray[np.float32] = np.clip(values * np.float32(255.0 / white), 0, 255).round()
    return scaled.astype(np.uint8)
