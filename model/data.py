"""Labelled glyphs: MNIST, own files, their checksums and splits."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classes import has_classes, read_classes
from model.context import CHANNELS
from model.errors import DataError
from model.glyph import FAINTEST, SIDE, normalise
from model.idx import is_emnist, is_idx, read_pair
from model.native import require_tensorflow

NOT_A_DIGIT = 10
"""The label of everything that is no digit."""

VALIDATION_SIZE = 5000
"""Training digits that are set aside for choices, unless that were more than HELD_SHARE of them."""

HELD_SHARE = 1 / 6
"""Largest share that is set aside, so that a small file still leaves something to train on."""


@dataclass(frozen=True)
class Glyphs:
    """Labelled glyphs of one source."""

    images: NDArray[np.uint8]
    """(N, 28, 28) uint8 glyphs, or (N, 28, 28, 2) views (model/context.py), white ink on black."""
    labels: NDArray[np.int64]
    """(N,) 0..9, or NOT_A_DIGIT."""
    sha256: str
    """Checksum of the file they came from."""
    name: str = ""
    """Name of that file, without its folder."""

    @property
    def are_views(self) -> bool:
        """Whether the glyphs are shown in their surroundings."""
        return self.images.ndim == 4


def load_mnist(path: Path | None = None, part: str = "train") -> Glyphs:
    """Load MNIST's "train" (60,000) or "test" (10,000) part.

    path: an .npz with x_train, y_train, x_test, y_test; None takes keras.datasets' cache, or its download.
    Raises DataError, also where some digit has no glyph, or a label is no digit.
    """
    found = path or _find_keras_mnist()
    arrays = read_npz(found)
    labels = take_array(arrays, f"y_{part}", found)
    glyphs = _to_glyphs(take_array(arrays, f"x_{part}", found), labels, found)
    odd = glyphs.labels == NOT_A_DIGIT
    if odd.any():
        raise DataError(
            f"{found}: y_{part} holds the label {labels[odd][0]}, expected 0 to 9. "
            "Give what is no digit as x and y in a file of its own, with --extra."
        )
    missing = sorted(set(range(NOT_A_DIGIT)) - set(glyphs.labels.tolist()))
    if missing:
        raise DataError(
            f"{found}: x_{part} holds no {' and no '.join(map(str, missing))}, expected glyphs of all ten digits. "
            "Add some of each that is missing."
        )
    return glyphs


def load_labelled(path: Path) -> Glyphs:
    """Load labelled characters: x_test and y_test as MNIST has them, or x (N, H, W) uint8 and y.

    x (N, 28, 28, 2) are views, as bench cuts them from pages (model/context.py), and stay as they are. Glyphs that are
    not 28x28 with white ink on black go through `normalise`. A label that is no digit becomes NOT_A_DIGIT. Raises
    DataError.
    """
    arrays = read_npz(path)
    part = "_test" if "x_test" in arrays else ""
    return _to_glyphs(take_array(arrays, f"x{part}", path), take_array(arrays, f"y{part}", path), path)


def load_extra(path: Path) -> Glyphs:
    """Load labelled characters for training.

    path: an .npz with x and y as in `load_labelled`; a folder of such files; a folder of pictures with a folder for
    each class (model/classes.py); or the pictures of MNIST or EMNIST in IDX (model/idx.py). Raises DataError, also for
    a test set.
    """
    if path.is_dir() and has_classes(path):
        pictures, names, checksum = read_classes(path)
        return Glyphs(_normalise_each(pictures), _as_labels(np.array(names), path), checksum, path.name)
    if path.is_dir():
        return _join([load_extra(file) for file in sorted(path.glob("*.npz"))], path)
    if is_idx(path):
        return _load_idx(path)
    if any(name.endswith("_test") for name in read_npz(path)):
        raise DataError(
            f"{path}: holds a test set, which is never trained on. Save what is to be trained on as x and y."
        )
    return load_labelled(path)


def _load_idx(path: Path) -> Glyphs:
    if any(word in path.name for word in ("test", "t10k")):
        raise DataError(f"{path}: is a test set, which is never trained on. Give the file of its training part.")
    images, labels, checksum = read_pair(path)
    if 0 in images.shape:
        raise DataError(f"{path}: holds no pictures. Download it again.")
    # EMNIST's boxes are larger than MNIST's, and centred otherwise
    glyphs = _normalise_each(images) if is_emnist(path) else _as_glyphs(np.ascontiguousarray(images))
    return Glyphs(glyphs, _as_labels(labels, path), checksum, path.name)


def _join(parts: list[Glyphs], folder: Path) -> Glyphs:
    """Return the glyphs of a folder's files as one source."""
    if len({part.are_views for part in parts}) != 1:
        raise DataError(
            f"{folder}: expected .npz files with labelled glyphs in this folder, all of one kind, or folders 0 to 9 of "
            f"pictures; found {len(parts)} files{', some with views and some without' if parts else ''}. "
            "Give such a folder, or a file."
        )
    checksum = hashlib.sha256(" ".join(part.sha256 for part in parts).encode()).hexdigest()
    images = np.concatenate([part.images for part in parts])
    return Glyphs(images, np.concatenate([part.labels for part in parts]), checksum, folder.name)


def split(glyphs: Glyphs, seed: int, size: int = VALIDATION_SIZE) -> tuple[Glyphs, Glyphs]:
    """Return (training, validation), drawn without replacement; the same seed gives the same split."""
    order = np.random.default_rng(seed).permutation(len(glyphs.labels))
    size = min(size, int(len(order) * HELD_SHARE))
    held, kept = np.sort(order[:size]), np.sort(order[size:])
    return _pick(glyphs, kept), _pick(glyphs, held)


def hash_file(path: Path) -> str:
    """Return the file's SHA-256 as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pick(glyphs: Glyphs, indices: NDArray[np.int64]) -> Glyphs:
    return replace(glyphs, images=glyphs.images[indices], labels=glyphs.labels[indices])


def _to_glyphs(images: NDArray[Any], labels: NDArray[Any], path: Path) -> Glyphs:
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    views = images.shape[1:] == (SIDE, SIDE, CHANNELS)
    if (images.ndim != 3 and not views) or images.dtype != np.uint8 or 0 in images.shape:
        raise DataError(
            f"{path}: the pictures are {images.dtype} {images.shape}, expected uint8 of shape (N, height, width). "
            "Save each character as one grey picture of values 0 to 255."
        )
    if labels.ndim != 1 or len(labels) != len(images):
        raise DataError(
            f"{path}: {len(images)} pictures but labels of shape {labels.shape}. Give one label for each picture."
        )
    return Glyphs(_as_glyphs(np.ascontiguousarray(images)), _as_labels(labels, path), hash_file(path), path.name)


def _as_glyphs(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if images.ndim == 4 or (images.shape[1:] == (SIDE, SIDE) and _mostly_black(images)):
        return images
    return _normalise_each(images)


def _normalise_each(images: Iterable[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Bring pictures of any size and polarity to glyphs of the characters in their middle: (N, 28, 28)."""
    from model.middle import cut_out  # brings SciPy, for which reading should not wait

    return np.stack([normalise(cut_out(image)) for image in images])


def _mostly_black(images: NDArray[np.uint8]) -> bool:
    """MNIST's ground is black to the border; a picture of another kind has a border that is not."""
    borders = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    return bool((borders < FAINTEST).mean() > 0.98)


def _as_labels(labels: NDArray[Any], path: Path) -> NDArray[np.int64]:
    if labels.dtype.kind in "iu":
        return np.where((labels >= 0) & (labels <= 9), labels, NOT_A_DIGIT).astype(np.int64)
    if labels.dtype.kind in "US":
        texts = [t.decode("utf-8", "replace") if isinstance(t, bytes) else str(t) for t in labels]
        return np.array([int(t) if t in set("0123456789") else NOT_A_DIGIT for t in texts], np.int64)
    raise DataError(f"{path}: labels are {labels.dtype}, expected whole numbers or single characters.")


def read_npz(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz by their names. Raises DataError."""
    if path.is_file() and not zipfile.is_zipfile(path):
        raise DataError(f"{path}: is no .npz, or was cut short. Download it or save it again, with numpy.savez.")
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise DataError(f"{path}: no such file. Give the path of an .npz with labelled glyphs.") from None
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: cannot be read as .npz ({error}). Download or save it again.") from error


def take_array(arrays: dict[str, NDArray[Any]], name: str, path: Path) -> NDArray[Any]:
    """Return one of a file's arrays. Raises DataError when it is not there."""
    if name not in arrays:
        raise DataError(f"{path}: has no array {name!r}, only {', '.join(sorted(arrays)) or 'nothing'}.")
    return arrays[name]


def _find_keras_mnist() -> Path:
    """Return keras.datasets' copy of MNIST, fetching it when it is not there yet."""
    cached = Path.home() / ".keras" / "datasets" / "mnist.npz"
    if not cached.exists():
        require_tensorflow()
        from keras.datasets import mnist

        try:
            mnist.load_data()
        except Exception as error:  # Keras lets urllib's, ssl's and its own errors through, as it comes
            raise DataError(f"MNIST could not be downloaded ({error}). Give it with --data mnist.npz.") from error
    return cached
