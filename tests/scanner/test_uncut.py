"""What the reader of whole rows says of candidates: summed over all runs, and added to what the glyphs say."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.classifier import StubClassifier
from model.strip import FRAME
from scanner.debug import Recorder
from scanner.decode import decode
from scanner.page import Page
from scanner.pipeline import Options, read
from scanner.stages import Chosen
from scanner.strips import Course
from scanner.uncut import LEAST, RowScorer, find_bounds, read_uncut, weigh_blank, weigh_spans, weigh_strings
from scanner.ways import UNCUT, weigh
from tests.scanner.test_decode import candidate, guess, lattice_of, texts
from tests.scanner.test_pipeline import draw_hooks
from tests.scanner.test_strips import make_row

NONE = 10


def say(labels: Sequence[int], sure: float = 0.9) -> NDArray[np.float32]:
    """Frames that say these labels, the rest shared alike."""
    frames = np.full((len(labels), 11), (1 - sure) / 10, np.float32)
    frames[np.arange(len(labels)), labels] = sure
    return np.log(frames)


def weigh_slowly(frames: NDArray[np.float32], digit: int) -> float:
    """Sum over all ways to say one run of a digit and nothing else."""
    total = 0.0
    for way in product([digit, NONE], repeat=len(frames)):
        changes = [a for a, b in zip((NONE, *way), (*way, NONE), strict=True) if a != b]
        if len(changes) == 2:  # one run: it begins once and ends once
            total += math.exp(sum(float(frames[i, label]) for i, label in enumerate(way)))
    return math.log(total) if total else -math.inf


@given(st.lists(st.integers(0, 10), min_size=1, max_size=7), st.floats(0.3, 0.95))
def test_spans_are_summed_over_all_runs(labels: list[int], sure: float) -> None:
    frames = say(labels, sure)
    lattice = lattice_of([candidate(0, 1)])
    (weights,) = weigh_spans(frames, lattice, np.array([0, len(labels)]))
    for digit in range(10):
        assert weights[digit] == pytest.approx(max(weigh_slowly(frames, digit), LEAST), abs=1e-4)
    assert weights[NONE] == pytest.approx(max(float(frames[:, NONE].sum()), LEAST), abs=1e-4)


def test_each_candidate_is_judged_by_its_own_frames() -> None:
    lattice = lattice_of([candidate(0, 1), candidate(1, 2), candidate(0, 2)])
    weights = weigh_spans(say([NONE, 4, NONE, NONE, 7, NONE], 0.99), lattice, np.array([0, 3, 6]))
    assert [int(row[:NONE].argmax()) for row in weights[:2]] == [4, 7]
    assert (weights[:2].max(axis=1) > -0.2).all()
    assert (weights[2] < -3).all()  # two middles: no digit, and not nothing


def test_a_candidate_without_frames_is_hardly_a_digit() -> None:
    lattice = lattice_of([candidate(0, 1), candidate(1, 2)])
    weights = weigh_spans(say([4, NONE]), lattice, np.array([0, 0, 2]))
    assert (weights[0, :NONE] == LEAST).all()
    assert weights[0, NONE] == 0


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=8))
def test_bounds_never_fall_and_hold_all_frames(places: list[tuple[int, int]]) -> None:
    lattice = lattice_of([candidate(i, i + 1) for i in range(len(places))])
    atoms = [
        replace(atom, box=replace(atom.box, x=x, width=width))
        for atom, (x, width) in zip(lattice.atoms, sorted(places), strict=True)
    ]
    bounds = find_bounds(replace(lattice, atoms=tuple(atoms)), Course(-3.0, 0.7, 0.0, 0.0), 23)
    assert len(bounds) == len(atoms) + 1
    assert (bounds[0], bounds[-1]) == (0, 23)
    assert (np.diff(bounds) >= 0).all()


def test_its_word_is_added_to_that_of_the_glyphs() -> None:
    lattice = lattice_of([candidate(0, 1)])
    (alone,) = weigh(lattice, [guess(4, 0.6, 9)])
    uncut = np.log(np.full((1, 11), 0.01))
    uncut[0, 9] = 0.0
    (both,) = weigh(replace(lattice, uncut=uncut), [guess(4, 0.6, 9)])
    assert alone.digits is not None
    assert both.digits is not None
    assert both.digits - alone.digits == pytest.approx(UNCUT * uncut[0, :NONE])
    assert both.other - alone.other == pytest.approx(UNCUT * uncut[0, NONE])
    assert (alone.label, both.label) == (4, 9)


def test_it_tells_a_cut_digit_from_two() -> None:
    lattice = lattice_of([candidate(0, 1, 1), candidate(1, 2, 1), candidate(0, 2)])
    guesses = [guess(1, 0.8, None), guess(1, 0.8, None), guess(0, 0.75, None)]
    said = {True: say([NONE, 0, NONE, NONE], 0.98), False: say([1, NONE, NONE, 1], 0.98)}
    read_as = {
        one: texts(decode(replace(lattice, uncut=weigh_spans(frames, lattice, np.array([0, 2, 4]))), guesses))
        for one, frames in said.items()
    }
    assert read_as == {True: "0", False: "11"}


def read_slowly(labels: Sequence[int]) -> tuple[int, ...]:
    """Return the string that one label for each frame makes: runs of digits."""
    return tuple(now for before, now in pairwise((NONE, *labels)) if now not in (before, NONE))


@given(st.integers(0, 2**32 - 1), st.lists(st.lists(st.integers(0, 1), max_size=3), min_size=1, max_size=4))
def test_a_string_is_weighed_over_all_its_runs(seed: int, strings: list[list[int]]) -> None:
    """Digits 0 and 1 alone, so that every labelling of a few frames can be tried."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in strings:
        scores = np.full((int(rng.integers(1, 6)), 11), -np.inf)
        scores[:, [0, 1, NONE]] = np.log(rng.dirichlet([1, 1, 1], len(scores)))
        rows.append(scores.astype(np.float32))
    lattices = [replace(lattice_of([candidate(0, 1)]), frames=row) for row in rows]
    for row, string, weighed in zip(rows, strings, weigh_strings(lattices, strings), strict=True):
        ways = [way for way in product([0, 1, NONE], repeat=len(row)) if read_slowly(way) == tuple(string)]
        total = sum(math.exp(sum(float(row[i, label]) for i, label in enumerate(way))) for way in ways)
        assert math.exp(weighed) == pytest.approx(total, abs=1e-6)


def test_a_line_whose_row_says_another_string_is_less_sure() -> None:
    page, _ = draw_hooks(2, 4, 16)
    agreed, denied = (read(Page(page, "x"), Rows([4], said, 0.999)).lines[0] for said in (4, 9))
    assert (agreed.text, denied.text) == ("4444", "4444")
    assert denied.confidence < agreed.confidence


class Rows(StubClassifier):
    """A stub that reads rows too: every strip says one digit, in each quarter of it."""

    def __init__(self, answers: list[int | None], said: int, confidence: float = 0.6) -> None:
        super().__init__(answers, confidence)
        self.said, self.strips = said, 0

    def score_rows(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        self.strips += len(strips)
        frames = []
        for strip in strips:
            ink = (strip[..., 0] > 127).any(axis=0)
            begins = np.flatnonzero(np.diff(ink.astype(int)) == 1)
            labels = np.full(-(-strip.shape[1] // FRAME), NONE)
            labels[(begins + 4) // FRAME] = self.said
            frames.append(say(labels.tolist(), 0.999))
        return frames


def test_a_classifier_that_reads_rows_is_asked_for_those_in_which_any_digit_is_read() -> None:
    page, _ = draw_hooks(2, 4, 16)
    classifier = Rows([4], 9, 0.999)
    assert isinstance(classifier, RowScorer)
    assert not isinstance(StubClassifier([4]), RowScorer)
    assert [line.text for line in read(Page(page, "x"), classifier, Options(again=False)).lines] == ["4444", "4444"]
    assert classifier.strips == 2
    nothing = Rows([None], 9, 0.999)
    assert read(Page(page, "x"), nothing).lines == ()
    assert nothing.strips == 0


def test_a_row_that_is_not_trusted_was_asked_too_and_says_how_blank_it_is() -> None:
    page, _ = draw_hooks(3, 4, 16)
    recorder = Recorder()
    classifier = Rows([4], NONE)  # sees a 4 in each glyph, and no digit in any row
    assert read(Page(page, "x"), classifier, Options(again=False), recorder).lines == ()
    chosen = recorder.seen[Chosen]
    assert isinstance(chosen, Chosen)
    assert classifier.strips == 3
    assert [row.labels for row in chosen.decoded] == [(4, 4, 4, 4)] * 3
    assert [row.blank for row in chosen.decoded] == pytest.approx([0.0] * 3, abs=0.2)


def test_no_rows_no_question() -> None:
    _, ink = make_row([])
    assert read_uncut([], ink, Rows([4], 9)) == []
    assert weigh_strings([], []) == []


def test_a_row_is_blank_as_far_as_every_frame_says_none() -> None:
    frames = say([NONE, 4, NONE], 0.9)
    lattice = replace(lattice_of([candidate(0, 1)]), frames=frames)
    assert weigh_blank(lattice) == pytest.approx(2 * math.log(0.9) + math.log(0.01), abs=1e-5)
