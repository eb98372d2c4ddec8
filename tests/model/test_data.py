from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data import NOT_A_DIGIT, VALIDATION_SIZE, Glyphs, hash_file, load_extra, load_labelled, load_mnist, split
from model.errors import DataError
from model.glyph import SIDE, normalise
from model.middle import LEAST_SIDE
from model.strokes import DIGITS, draw


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "glyphs.npz"


def save(path: Path, **arrays: Any) -> None:
    np.savez(path, **arrays)


def test_mnist_s_parts(mnist_file: Path) -> None:
    train, test = load_mnist(mnist_file), load_mnist(mnist_file, "test")
    assert (len(train.labels), len(test.labels)) == (600, 50)
    assert train.images.shape == (600, SIDE, SIDE)
    assert train.sha256 == hash_file(mnist_file)
    assert train.name == "mnist.npz"
    assert load_labelled(mnist_file).labels.tolist() == test.labels.tolist()


def test_glyphs_in_mnist_s_form_are_left_alone(path: Path) -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[:, 3:9, 2:8] = 200  # not centred: still as the file has it
    save(path, x=images, y=[1, 2, 3])
    assert np.array_equal(load_labelled(path).images, images)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("side", [28, 40, 96])
def test_other_sizes_and_polarities_are_normalised(path: Path, side: int, inverted: bool) -> None:
    picture = draw(DIGITS["3"][0], np.random.default_rng(1), side=side)
    save(path, x=255 - picture[None] if inverted else picture[None], y=[3])
    wanted = picture if side == 28 and not inverted else normalise(picture)
    found = load_labelled(path).images[0].astype(int)
    if side < LEAST_SIDE:
        assert np.abs(found - wanted).mean() < 4
    else:  # as the middle of its picture, a little softer; the centre of mass is rounded
        shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        assert min(np.abs(np.roll(found, shift, (0, 1)) - wanted).mean() for shift in shifts) < 7


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ([3, 12, -1], [3, NOT_A_DIGIT, NOT_A_DIGIT]),
        (["3", "A", "none"], [3, NOT_A_DIGIT, NOT_A_DIGIT]),
        (["٣", "²", ""], [NOT_A_DIGIT] * 3),
        ([b"3", b"a", b"\xff"], [3, NOT_A_DIGIT, NOT_A_DIGIT]),
    ],
)
def test_a_label_that_is_no_digit_is_not_a_digit(path: Path, labels: list[Any], wanted: list[int]) -> None:
    save(path, x=np.zeros((3, 28, 28), np.uint8), y=labels)
    assert load_labelled(path).labels.tolist() == wanted


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.zeros((2, 9, 9)), "y": [1, 2]}, "expected uint8"),
        ({"x": np.zeros((2, 9), np.uint8), "y": [1, 2]}, "expected uint8"),
        ({"x": np.zeros((0, 9, 9), np.uint8), "y": []}, "expected uint8"),
        ({"x": np.zeros((2, 9, 9), np.uint8), "y": [1]}, "one label for each"),
        ({"x": np.zeros((2, 9, 9), np.uint8), "y": [0.5, 1]}, "whole numbers"),
        ({"x": np.zeros((2, 9, 9), np.uint8)}, "no array 'y'"),
        ({}, "only nothing"),
    ],
)
def test_arrays_that_do_not_fit_are_explained(path: Path, arrays: dict[str, Any], said: str) -> None:
    save(path, **arrays)
    with pytest.raises(DataError, match=said):
        load_labelled(path)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut"])
def test_a_damaged_file_is_explained(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(DataError, match="save it again"):
        load_labelled(path)


def test_a_flipped_byte_is_explained(path: Path, mnist_file: Path) -> None:
    content = bytearray(mnist_file.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match="again"):
        load_labelled(path), load_mnist(path)


@given(share=st.floats(0, 0.999))
def test_a_file_cut_anywhere_is_explained(
    mnist_file: Path, tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    path = tmp_path_factory.mktemp("cut") / "mnist.npz"
    content = mnist_file.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError, match="again"):
        load_mnist(path)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (list(range(9)) * 2, "holds no 9, expected glyphs of all ten"),
        ([*range(10), 12], "holds the label 12"),
        ([*range(10), -1], "holds the label -1"),
    ],
)
def test_mnist_has_all_digits_and_nothing_else(path: Path, labels: list[int], said: str) -> None:
    save(path, x_train=np.zeros((len(labels), 28, 28), np.uint8), y_train=labels)
    with pytest.raises(DataError, match=said):
        load_mnist(path)


def test_a_missing_file_is_explained(path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        load_labelled(path)


def test_a_test_set_is_not_trained_on(mnist_file: Path) -> None:
    with pytest.raises(DataError, match="never trained on"):
        load_extra(mnist_file)


@pytest.mark.parametrize(("count", "held"), [(60, 10), (60000, VALIDATION_SIZE)])
def test_a_split_parts_all_glyphs_and_repeats(count: int, held: int) -> None:
    images = np.broadcast_to(np.zeros((1, 1, 1), np.uint8), (count, 1, 1))
    glyphs = Glyphs(images, np.arange(count), "", "name")
    fit, kept = split(glyphs, seed=1)
    assert len(kept.labels) == held
    assert sorted([*fit.labels, *kept.labels]) == list(range(count))
    assert kept.labels.tolist() == split(glyphs, seed=1)[1].labels.tolist()
    assert kept.labels.tolist() != split(glyphs, seed=2)[1].labels.tolist()
    assert kept.name == "name"


def test_a_folder_is_all_its_files(tmp_path: Path) -> None:
    for name, label in (("a", 1), ("b", 2)):
        save(tmp_path / f"{name}.npz", x=np.full((2, 28, 28, 2), label, np.uint8), y=[label] * 2)
    (tmp_path / "notes.txt").touch()
    glyphs = load_extra(tmp_path)
    assert (glyphs.labels.tolist(), glyphs.name, glyphs.are_views) == ([1, 1, 2, 2], tmp_path.name, True)
    assert glyphs.images[:, 0, 0, 0].tolist() == [1, 1, 2, 2]
    before = glyphs.sha256
    save(tmp_path / "b.npz", x=np.full((2, 28, 28, 2), 3, np.uint8), y=[3] * 2)
    assert load_extra(tmp_path).sha256 != before
    save(tmp_path / "c.npz", x=np.zeros((1, 28, 28), np.uint8), y=[3])
    with pytest.raises(DataError, match="some with views and some without"):
        load_extra(tmp_path)


def test_a_folder_without_glyphs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="found 0 files"):
        load_extra(tmp_path)
