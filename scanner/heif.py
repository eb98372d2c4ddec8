"""HEIC and HEIF, the pictures of telephones. pillow-heif opens them; those who need it install it."""

import io

from PIL import Image

from scanner.errors import MissingOpenerError

BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"heif"})
"""What stands in the file type box of such files (ISO/IEC 23008-12): a box of 4 bytes size, "ftyp" and the brand."""


def is_heif(data: bytes) -> bool:
    """Tell by its first twelve bytes whether a file is HEIC or HEIF."""
    return data[4:8] == b"ftyp" and data[8:12] in BRANDS


def open_heif(data: bytes, source: str) -> Image.Image:
    """Return the main picture, not decoded yet, turned as the file says. source: the file's name in messages.

    Raises MissingOpenerError where pillow-heif is not installed, and what its parser meets where the file is damaged.
    The class is called itself: registered with Pillow, it would open files for the whole program.
    """
    try:
        from pillow_heif import HeifImageFile  # imported here: it takes longer than Pillow, and few files need it
    except ImportError as error:
        raise MissingOpenerError(
            f"{source}: HEIC images need pillow-heif, which does not load here ({error}). "
            "Install it: pip install 'digitlens[heic]'."
        ) from error
    picture: Image.Image = HeifImageFile(io.BytesIO(data))
    return picture
