"""Strips of synthetic pages carry the truth of those pages."""

from pathlib import Path

import numpy as np
import pytest

from bench.__main__ import main
from bench.hand import SIGN
from bench.page import draw_page
from bench.strips import lay_out_page, make_strips, save_strips
from model.data import load_mnist, split
from model.strip import UNSURE, LabelledStrip, load_strips
from scanner.ink import Taking
from tests.bench.test_cuts import photograph
from tests.bench.test_hand import make_digits


def read_marks(strip: LabelledStrip) -> list[int]:
    return strip.marks[:, 2].astype(int).tolist()


def test_a_neat_string_is_one_strip_with_its_digits_in_order() -> None:
    (strip,) = lay_out_page(photograph("3142"))
    assert read_marks(strip) == [3, 1, 4, 2]
    for begin, end, _ in strip.marks:
        columns = strip.image[:, int(begin) : int(np.ceil(end)), 0].max(axis=0)
        assert (columns > 60).mean() > 0.8


def test_signs_have_no_marks() -> None:
    assert [read_marks(strip) for strip in lay_out_page(photograph("#$="))] in ([[]], [[], []], [[], [], []])


def test_a_digit_of_which_little_is_left_is_unsure() -> None:
    page = photograph("88")
    page.image[page.owners == 2] = 230
    faded = np.flatnonzero((page.owners == 2).ravel())[: round(0.35 * np.count_nonzero(page.owners == 2))]
    page.image.ravel()[faded] = 40
    (strip,) = lay_out_page(page)
    assert read_marks(strip) == [8, UNSURE]


def test_a_wall_that_nobody_wrote_is_unsure_and_a_1_is_not() -> None:
    page = photograph("8118")
    written = [read_marks(strip) for strip in lay_out_page(page)]
    assert written == [[8, 1, 1, 8]]
    page.owners[page.owners == 2] = 0
    assert [read_marks(strip) for strip in lay_out_page(page)] == [[8, UNSURE, 1, 8]]
    page.owners[page.owners == 0] = 0
    page.owners[page.owners == 3] = SIGN  # a stroke that somebody wrote is no wall
    assert [read_marks(strip) for strip in lay_out_page(page)] == [[8, UNSURE, 8]]


def test_strips_may_be_laid_out_as_another_look_sees_them() -> None:
    page = photograph("3142")
    usual, (strict,) = lay_out_page(page), lay_out_page(page, Taking(blur=2.0, weak=0.4, strong=0.6, faint=0.45))
    assert read_marks(strict) == [3, 1, 4, 2]
    assert not np.array_equal(strict.image, usual[0].image)


def test_a_seed_decides_the_strips_and_they_come_back_from_their_file(tmp_path: Path) -> None:
    one, other = (list(make_strips(make_digits(), 4, seed=3)) for _ in range(2))
    assert [len(page) for page in one] == [len(page) for page in other]
    count = save_strips(tmp_path / "strips.npz", one)
    loaded = load_strips(tmp_path / "strips.npz").items
    flat = [strip for page in other for strip in page]
    assert len(loaded) == len(flat) == count
    assert all(np.array_equal(a.image, b.image) for a, b in zip(loaded, flat, strict=True))


def test_the_command_writes_strips_of_training_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digits, out, mnist = make_digits(), tmp_path / "strips.npz", tmp_path / "mnist.npz"
    x, y = (np.concatenate([each] * 4) for each in (digits.images, digits.labels))  # of each some are set aside
    np.savez(mnist, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    words = ["strips", "--data", str(mnist), "--pages", "3", "--seed", "5", "--jobs", "1"]
    assert main([*words, "--out", str(out)]) == 0
    expected = [strip for page in make_strips(split(load_mnist(mnist), 1)[0], 3, 5) for strip in page]
    assert len(load_strips(out).items) == len(expected)
    assert f"{len(expected)} strips of 3 pages" in capsys.readouterr().err


def test_rows_without_digits_are_kept_in_part() -> None:
    every = [len(lay_out_page(draw_page(make_digits(), np.random.default_rng([7, k])))) for k in range(12)]
    kept = [len(page) for page in make_strips(make_digits(), 12, seed=7)]
    assert all(few <= all_of for few, all_of in zip(kept, every, strict=True))
