"""Labelled glyphs in the files of MNIST and EMNIST: IDX, gzipped or not, pictures and labels in two files.

EMNIST (Cohen et al., 2017) is NIST's handwriting again, letters too, in MNIST's format; its pictures lie transposed.
"""

import gzip
import hashlib
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.errors import DataError

UINT8 = 8
"""IDX' code of the only number type that glyphs and labels come in."""

GZIP = b"\x1f\x8b"

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

BALANCED = LETTERS + "abdefghnqrt"
"""EMNIST's letters where those that look alike in both cases count once: balanced and bymerge."""

ALPHABETS = {
    "letters": "?" + LETTERS,  # labels begin with 1
    "byclass": "0123456789" + LETTERS + LETTERS.lower(),
    "bymerge": "0123456789" + BALANCED,
    "balanced": "0123456789" + BALANCED,
    "digits": "0123456789",
    "mnist": "0123456789",
}
"""The characters of EMNIST's parts, by the word in the file's name: a label is a place among them."""

LIKE_DIGITS = frozenset("IilLOo")
"""Letters that are written as 1 and 0 are: they teach neither a digit nor what is none, and are left out."""


def is_idx(path: Path) -> bool:
    """Tell by its name whether a file holds pictures in IDX: train-images-idx3-ubyte, with .gz or without."""
    return "idx3" in path.name and "images" in path.name


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the array of an IDX file, gzipped or not. Raises DataError."""
    content = _unpack(path)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UINT8 or not 1 <= content[3] <= 3:
        raise DataError(f"{path}: is no IDX file of bytes. Give it as MNIST and EMNIST have it, .gz or unpacked.")
    start = 4 + 4 * content[3]
    shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4))
    if len(content) != start + math.prod(shape):
        raise DataError(
            f"{path}: holds {max(0, len(content) - start)} bytes, and says {shape}, which needs {math.prod(shape)}: "
            "it was cut short. Download it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_pair(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | NDArray[np.str_], str]:
    """Return pictures (N, 28, 28), their labels (N,), and one checksum of both files.

    path: of the pictures; the labels lie beside. EMNIST's are told by their name: the pictures come upright, and the
    labels as characters, without LIKE_DIGITS. Raises DataError.
    """
    beside = _find_labels(path)
    images, labels = read_idx(path), read_idx(beside)
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise DataError(
            f"{path}: pictures of shape {images.shape} with labels of shape {labels.shape} in {beside.name}, expected "
            "(N, height, width) and (N,). Give files that belong together."
        )
    checksum = hashlib.sha256(path.read_bytes() + beside.read_bytes()).hexdigest()
    alphabet = _find_alphabet(path)
    if alphabet is None:
        return images, labels, checksum
    if len(labels) and labels.max() >= len(alphabet):
        raise DataError(
            f"{beside}: has the label {labels.max()}, expected 0 to {len(alphabet) - 1} of this part of EMNIST. "
            "Keep the name that the file was published with."
        )
    characters = np.array(list(alphabet))[labels]
    kept = ~np.isin(characters, list(LIKE_DIGITS))
    return np.ascontiguousarray(images.transpose(0, 2, 1)[kept]), characters[kept], checksum


def is_emnist(path: Path) -> bool:
    """Tell by its name whether a file is of EMNIST."""
    return _find_alphabet(path) is not None


def _find_alphabet(path: Path) -> str | None:
    """Return the characters that the labels stand for; None where they are plain digits."""
    words = path.name.lower().split("-")
    return next((ALPHABETS[word] for word in words[1:2] if word in ALPHABETS), None) if words[0] == "emnist" else None


def _find_labels(path: Path) -> Path:
    name = path.name.replace("images", "labels").replace("idx3", "idx1")
    plain = name.removesuffix(".gz")
    for other in (name, plain, f"{plain}.gz"):
        if path.with_name(other).is_file():
            return path.with_name(other)
    raise DataError(f"{path}: its labels are not there. Put {name} beside it.")


def _unpack(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP) else content
    except FileNotFoundError:
        raise DataError(f"{path}: no such file. Give the path of an IDX file of pictures.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read ({error}). Download it again.") from error
