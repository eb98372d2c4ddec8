"""Labelled glyphs as pictures in folders, one folder for each class: 0 to 9, and none for what is no digit."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from model.errors import DataError

NONE = "none"
"""Name of the folder of what is no digit."""

CLASSES = (*"0123456789", NONE)

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm", ".gif"})
"""What counts as a picture; other files are passed over."""

LARGEST = 4_000_000
"""Pixels of one character's picture, at most: a whole page is none."""


def has_classes(folder: Path) -> bool:
    """Tell whether a folder holds folders of classes."""
    return any((folder / name).is_dir() for name in CLASSES)


def read_classes(folder: Path) -> tuple[list[NDArray[np.uint8]], list[str], str]:
    """Return the pictures, grey (H, W) of any size, the name of each one's class, and one checksum of all.

    Raises DataError for a folder of another name, a picture that cannot be read, and where there is none at all.
    """
    pictures: list[NDArray[np.uint8]] = []
    labels: list[str] = []
    checksum = hashlib.sha256()
    for place in _list_classes(folder):
        for file in sorted(file for file in place.iterdir() if file.suffix.lower() in SUFFIXES):
            pictures.append(_read_picture(file))
            labels.append(place.name)
            checksum.update(f"{place.name} {file.name} ".encode() + file.read_bytes())
    if not pictures:
        raise DataError(f"{folder}: its folders hold no picture. Put pictures of single digits into {folder}/0 to 9.")
    return pictures, labels, checksum.hexdigest()


def _list_classes(folder: Path) -> Iterator[Path]:
    for place in sorted(folder.iterdir()):
        if not place.is_dir() or place.name.startswith((".", "__")):
            continue
        if place.name not in CLASSES:
            raise DataError(
                f"{place}: is no class. Name the folders of pictures 0 to 9, or {NONE} for what is no digit."
            )
        yield place


def _read_picture(file: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > LARGEST:
                raise DataError(
                    f"{file}: has {picture.width}x{picture.height} pixels, more than one character needs. Cut it out."
                )
            upright = ImageOps.exif_transpose(picture)
            if upright.mode in ("RGBA", "LA", "PA", "P"):  # what is transparent is paper
                clear = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
            return np.asarray(upright.convert("L"), np.uint8)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(f"{file}: cannot be read as a picture ({error}). Save it again, or take it out.") from error
