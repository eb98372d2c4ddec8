"""Rows carry what is right in them, through pruning and through a file."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from bench.paths import NO_PLACE, sum_paths
from bench.rows import Rows, join_rows, load_rows, make_rows, save_rows, take_rows
from model.classifier import Classifier
from model.data import NOT_A_DIGIT
from model.errors import DataError
from tests.bench.test_cuts import photograph
from tests.bench.test_hand import make_digits


@pytest.fixture(scope="module")
def rows() -> Rows:
    return take_rows(photograph("3142"), Classifier())


def test_a_neat_string_is_one_row_with_its_digits_in_order(rows: Rows) -> None:
    assert len(rows) == 1
    assert rows.take_paths(0).labels.tolist() == [3, 1, 4, 2]


def test_the_right_reading_is_certain_where_the_network_says_what_is_right(rows: Rows) -> None:
    paths = rows.take_paths(0)
    answers = np.full((len(paths.first), NOT_A_DIGIT + 1), -14.0)
    label = [paths.labels[place] if place != NO_PLACE else NOT_A_DIGIT for place in paths.place]
    answers[np.arange(len(label)), label] = 0.0
    assert np.exp(-sum_paths(paths, answers).cost) > 0.5


def test_a_digit_may_not_be_left_out(rows: Rows) -> None:
    paths = rows.take_paths(0)
    assert not paths.may_skip[paths.place != NO_PLACE].any()


def test_signs_make_a_row_without_digits() -> None:
    found = take_rows(photograph("#$="), Classifier())
    assert [found.take_paths(k).labels.tolist() for k in range(len(found))] == [[]] * len(found)
    assert len(found)


def test_rows_whose_digits_are_lost_are_not_taught() -> None:
    page = photograph("88")
    page.image[: page.image.shape[0] // 2] = 230  # their upper halves
    assert not len(take_rows(page, Classifier()).labels)


def test_joined_rows_are_the_parts_one_behind_another(rows: Rows) -> None:
    other = take_rows(photograph("507"), Classifier())
    both = join_rows([rows, other])
    assert len(both) == 2
    for number, part in enumerate((rows, other)):
        whole, alone = both.take_paths(number), part.take_paths(0)
        for field in fields(whole):
            np.testing.assert_array_equal(getattr(whole, field.name), getattr(alone, field.name))
        np.testing.assert_array_equal(both.views[both.find_range(number)], part.views)


def test_rows_come_back_from_their_file(rows: Rows, tmp_path: Path) -> None:
    assert save_rows(tmp_path / "rows.npz", [rows, rows]) == 2
    loaded = load_rows(tmp_path / "rows.npz")
    np.testing.assert_array_equal(loaded.take_paths(1).times, rows.take_paths(0).times)
    np.testing.assert_array_equal(loaded.views, np.concatenate([rows.views, rows.views]))


def test_a_file_that_holds_no_rows_is_refused_in_a_sentence(tmp_path: Path) -> None:
    np.savez(tmp_path / "cuts.npz", x=np.zeros(3))
    with pytest.raises(DataError, match=r"cuts\.npz: holds no rows"):
        load_rows(tmp_path / "cuts.npz")


def test_the_same_seed_gives_the_same_rows() -> None:
    first, second = (join_rows(list(make_rows(make_digits(), pages=2, seed=3))) for _ in range(2))
    np.testing.assert_array_equal(first.views, second.views)
    np.testing.assert_array_equal(first.ends, second.ends)
