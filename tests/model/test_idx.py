"""MNIST's and EMNIST's files: what they say, and what is said of damaged ones."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.data import NOT_A_DIGIT, load_extra
from model.errors import DataError
from model.idx import read_idx, read_pair
from model.strokes import DIGITS, draw


def pack(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write(
    folder: Path, images: NDArray[np.uint8], labels: list[int], part: str = "emnist-byclass", end: str = ""
) -> Path:
    for kind, array in (("images-idx3", images), ("labels-idx1", np.array(labels, np.uint8))):
        content = pack(array)
        (folder / f"{part}-train-{kind}-ubyte{end}").write_bytes(gzip.compress(content) if end else content)
    return folder / f"{part}-train-images-idx3-ubyte{end}"


def make_sevens(count: int) -> NDArray[np.uint8]:
    return np.stack([draw(DIGITS["7"][0], np.random.default_rng(i), side=28) for i in range(count)])


@pytest.mark.parametrize("end", ["", ".gz"])
def test_emnist_is_turned_upright_and_its_letters_are_no_digits(tmp_path: Path, end: str) -> None:
    upright = make_sevens(4)
    path = write(tmp_path, np.ascontiguousarray(upright.transpose(0, 2, 1)), [7, 10, 61, 3], end=end)
    glyphs = load_extra(path)
    assert glyphs.labels.tolist() == [7, NOT_A_DIGIT, NOT_A_DIGIT, 3]
    images, characters, _ = read_pair(path)
    assert np.array_equal(images, upright)
    assert characters.tolist() == ["7", "A", "z", "3"]


@pytest.mark.parametrize(("part", "labels", "kept"), [("emnist-letters", [1, 9, 12, 15, 26], "AZ"),
                                                      ("emnist-byclass", [18, 24, 21, 36, 44, 47, 50], "a"),
                                                      ("emnist-balanced", [18, 36, 46], "at")])  # fmt: skip
def test_letters_that_are_written_as_digits_are_left_out(
    tmp_path: Path, part: str, labels: list[int], kept: str
) -> None:
    _, characters, _ = read_pair(write(tmp_path, make_sevens(len(labels)), labels, part))
    assert "".join(characters.tolist()) == kept


def test_mnist_s_own_files_are_as_they_are(tmp_path: Path) -> None:
    upright = make_sevens(3)
    path = write(tmp_path, upright, [7, 7, 0], part="mnist")
    path = path.rename(tmp_path / "train-images-idx3-ubyte")
    (tmp_path / "mnist-train-labels-idx1-ubyte").rename(tmp_path / "train-labels-idx1-ubyte")
    glyphs = load_extra(path)
    assert np.array_equal(glyphs.images, upright)
    assert glyphs.labels.tolist() == [7, 7, 0]


def test_a_checksum_tells_labels_apart(tmp_path: Path) -> None:
    first = load_extra(write(tmp_path, make_sevens(2), [7, 1])).sha256
    assert load_extra(write(tmp_path, make_sevens(2), [7, 2])).sha256 != first


@pytest.mark.parametrize("end", ["", ".gz"])
@given(share=st.floats(0, 0.999))
def test_a_file_cut_anywhere_is_told(tmp_path_factory: pytest.TempPathFactory, end: str, share: float) -> None:
    path = write(tmp_path_factory.mktemp("cut"), make_sevens(2), [7, 1], end=end)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError, match=r"again|IDX"):
        load_extra(path)


@pytest.mark.parametrize(
    ("labels", "name", "said"),
    [([7], "train", "belong together"), ([7, 200], "train", "has the label 200"), ([7, 1], "test", "never trained on")],
)
def test_what_does_not_fit_is_told(tmp_path: Path, labels: list[int], name: str, said: str) -> None:
    path = write(tmp_path, make_sevens(2), labels)
    if name == "test":
        path = path.rename(tmp_path / path.name.replace("train", "test"))
    with pytest.raises(DataError, match=said):
        load_extra(path)


def test_pictures_without_labels_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, make_sevens(1), [7])
    (tmp_path / "emnist-byclass-train-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="Put emnist-byclass-train-labels-idx1-ubyte beside it"):
        load_extra(path)


def test_other_number_types_are_told(tmp_path: Path) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0")
    with pytest.raises(DataError, match="no IDX file of bytes"):
        read_idx(path)
