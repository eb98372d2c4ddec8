"""Labelled strips go to a file and come back."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import DataError
from model.strip import CHANNELS, HEIGHT, LabelledStrip, load_strips, write_strips


def make_strip(width: int, digits: int, seed: int = 0) -> LabelledStrip:
    rng = np.random.default_rng(seed)
    marks = np.stack([np.arange(digits), np.arange(digits) + 5, rng.integers(-1, 10, digits)], axis=1)
    return LabelledStrip(rng.integers(0, 256, (HEIGHT, width, CHANNELS), np.uint8), marks.astype(np.float32))


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 5)), min_size=1, max_size=6))
def test_strips_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, sizes: list[tuple[int, int]]) -> None:
    path = tmp_path_factory.mktemp("strips") / "strips.npz"
    strips = [make_strip(width, digits, seed) for seed, (width, digits) in enumerate(sizes)]
    with path.open("wb") as file:
        write_strips(file, strips)
    loaded = load_strips(path)
    assert loaded.name == "strips.npz"
    assert len(loaded.items) == len(strips)
    for one, other in zip(loaded.items, strips, strict=True):
        assert np.array_equal(one.image, other.image)
        assert np.array_equal(one.marks, other.marks)


def test_other_arrays_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "glyphs.npz"
    np.savez(path, x=np.zeros((3, 28, 28), np.uint8), y=np.arange(3))
    with pytest.raises(DataError, match=r"has no array 'strips'"):
        load_strips(path)


@pytest.mark.parametrize("spoilt", ["widths", "counts", "marks"])
def test_arrays_that_do_not_add_up_are_refused(tmp_path: Path, spoilt: str) -> None:
    buffer = io.BytesIO()
    write_strips(buffer, [make_strip(40, 2), make_strip(30, 1)])
    buffer.seek(0)
    with np.load(buffer) as file:
        arrays = dict(file)
    arrays[spoilt] = arrays[spoilt][:-1]
    path = tmp_path / "spoilt.npz"
    np.savez(path, **arrays)
    with pytest.raises(DataError, match="holds no labelled strips"):
        load_strips(path)


def test_a_file_without_strips_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.npz"
    with path.open("wb") as file:
        write_strips(file, [])
    with pytest.raises(DataError, match="holds no labelled strips"):
        load_strips(path)
