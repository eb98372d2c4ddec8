"""The decoder finds the best way through the lattice, and says what it left out."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.classifier import CLASSES, Guess
from model.data import NOT_A_DIGIT
from scanner.decode import Decoded, decode
from scanner.lattice import Candidate, Lattice
from scanner.page import Box
from scanner.posterior import find_posterior
from scanner.segment import Blob
from scanner.ways import CUT_COST, DIGIT_BONUS, LEAST, SKIP_COST, weigh

HEIGHT, WIDTH = 10, 2
"""Of an atom here, in pixels; a row is as high."""


def guess(label: int | None, confidence: float, instead: int | None = None) -> Guess:
    """Return a guess of which the rest goes to `instead`, or to all other labels alike."""
    at, other = (NOT_A_DIGIT if k is None else k for k in (label, instead))
    scores = [(1 - confidence) / (CLASSES - 1)] * CLASSES
    if at != other:
        scores = [1e-9] * CLASSES
        scores[other] = 1 - confidence
    scores[at] = confidence
    return Guess(label, confidence, tuple(scores))


def candidate(first: int, last: int, cuts: int = 0, height: int = HEIGHT) -> Candidate:
    box = Box(first * WIDTH, 0, (last - first) * WIDTH, height)
    return Candidate(first, last, box, np.ones((height, box.width), bool), cuts)


def lattice_of(candidates: Sequence[Candidate]) -> Lattice:
    count = max(c.last for c in candidates)
    atoms = [Blob(Box(i * WIDTH, 0, WIDTH, HEIGHT), np.ones((HEIGHT, WIDTH), bool)) for i in range(count)]
    return Lattice(tuple(atoms), tuple(candidates), HEIGHT)


def texts(decoded: Decoded) -> str:
    return "".join(str(found.label) for found in decoded.found)


Scored = dict[tuple[int, int], tuple[float, float]]
"""What each run of atoms (first, last) brings as a digit and as something else, in nats."""


def score(lattice: Lattice, guesses: Sequence[Guess]) -> Scored:
    scored = {}
    for c, g in zip(lattice.candidates, guesses, strict=True):
        digit, other = (math.log(max(p, LEAST)) for p in (max(g.scores[:NOT_A_DIGIT]), g.scores[NOT_A_DIGIT]))
        atoms, toll = c.last - c.first, CUT_COST * c.cuts
        scored[c.first, c.last] = atoms * (digit + DIGIT_BONUS) - toll, atoms * other - toll - SKIP_COST
    return scored


def walk(scored: Scored, count: int, start: int = 0) -> Iterator[float]:
    """Yield the score of each way from an atom to the end: every segmentation, each piece read or left out."""
    if start == count:
        yield 0.0
    for (first, last), both in scored.items():
        if first == start:
            for rest in walk(scored, count, last):
                yield from (here + rest for here in both)


probabilities = st.lists(st.floats(0, 1), min_size=CLASSES, max_size=CLASSES).filter(lambda p: sum(p) > 0.01)


@st.composite
def lattices(draw: st.DrawFn) -> tuple[Lattice, list[Guess]]:
    """Draw up to five atoms, each a candidate alone, with some of their runs, and a guess for each."""
    count = draw(st.integers(1, 5))
    runs = [(a, b) for a in range(count) for b in range(a + 1, count + 1)]
    chosen = [run for run in runs if run[1] == run[0] + 1 or draw(st.booleans())]
    candidates = [candidate(*run, cuts=draw(st.integers(0, 2))) for run in chosen]
    guesses = []
    for _ in chosen:
        scores = np.array(draw(probabilities))
        scores = scores / scores.sum()
        best = int(scores.argmax())
        guesses.append(Guess(None if best == NOT_A_DIGIT else best, float(scores[best]), tuple(scores.tolist())))
    return lattice_of(candidates), guesses


@given(lattices())
@settings(max_examples=80)
def test_no_way_is_better_than_the_one_found(drawn: tuple[Lattice, list[Guess]]) -> None:
    """All candidates are as high as the row and no wider, so that each that is left out is named and costs the same."""
    lattice, guesses = drawn
    decoded = decode(lattice, guesses)
    scored = score(lattice, guesses)
    pieces = [*(found.candidate for found in decoded.found), *decoded.left_out]
    found = sum(max(scored[piece.first, piece.last]) for piece in pieces)
    assert found == pytest.approx(max(walk(scored, len(lattice.atoms))), abs=1e-6)


@given(lattices())
@settings(max_examples=100)
def test_each_atom_is_read_or_left_out_once(drawn: tuple[Lattice, list[Guess]]) -> None:
    lattice, guesses = drawn
    decoded = decode(lattice, guesses)
    pieces = [found.candidate for found in decoded.found] + list(decoded.left_out)
    atoms = [atom for piece in pieces for atom in range(piece.first, piece.last)]
    assert sorted(atoms) == list(range(len(lattice.atoms)))
    assert [f.candidate.first for f in decoded.found] == sorted(f.candidate.first for f in decoded.found)


@given(lattices())
@settings(max_examples=50)
def test_shares_are_those_of_all_readings(drawn: tuple[Lattice, list[Guess]]) -> None:
    """Every way to read the row is walked; each digit's share is that of the ways that hold it."""
    lattice, _ = drawn
    ways = weigh(*drawn)
    shares, total = np.zeros((len(ways), NOT_A_DIGIT)), 0.0
    stack: list[tuple[int, float, list[tuple[int, int]]]] = [(0, 0.0, [])]
    while stack:
        at, weight, digits = stack.pop()
        if at == len(lattice.atoms):
            total += math.exp(weight)
            for number, label in digits:
                shares[number, label] += math.exp(weight)
            continue
        for number, way in enumerate(ways):
            if way.candidate.first == at and way.digits is not None and at < 3:
                stack.append((way.candidate.last, weight + way.other, digits))
                likely = np.argsort(way.digits)
                stack += [(way.candidate.last, weight + way.digits[k], [*digits, (number, int(k))]) for k in likely]
    if len(lattice.atoms) <= 3:
        assert find_posterior(lattice, ways).shares == pytest.approx(shares / total, abs=1e-9)


@given(lattices())
@settings(max_examples=50)
def test_confidences_are_probabilities(drawn: tuple[Lattice, list[Guess]]) -> None:
    decoded = decode(*drawn)
    assert all(0 <= found.confidence <= 1 for found in decoded.found)
    assert 0 <= decoded.whole <= 1


HALVES = [candidate(0, 1, cuts=1), candidate(1, 2, cuts=1), candidate(0, 2)]


def test_a_sure_digit_is_not_cut() -> None:
    guesses = [guess(1, 0.99), guess(1, 0.99), guess(0, 0.95)]
    assert texts(decode(lattice_of(HALVES), guesses)) == "0"


def test_two_digits_that_touch_are_cut() -> None:
    guesses = [guess(4, 0.9), guess(2, 0.9), guess(None, 0.95)]
    assert texts(decode(lattice_of(HALVES), guesses)) == "42"


def test_the_pieces_of_a_digit_are_joined() -> None:
    parts = [candidate(0, 1), candidate(1, 2), candidate(0, 2)]
    guesses = [guess(None, 0.9), guess(None, 0.8), guess(5, 0.9)]
    assert texts(decode(lattice_of(parts), guesses)) == "5"


ROW = [candidate(i, i + 1) for i in range(3)]


def test_what_is_no_digit_is_left_out_and_named() -> None:
    decoded = decode(lattice_of(ROW), [guess(3, 0.97), guess(None, 0.97), guess(8, 0.97)])
    assert texts(decoded) == "38"
    assert decoded.left_out == (ROW[1],)


def test_a_point_is_left_out_without_a_word() -> None:
    row = [ROW[0], candidate(1, 2, height=2), ROW[2]]
    decoded = decode(lattice_of(row), [guess(3, 0.97), guess(1, 0.97), guess(8, 0.97)])
    assert texts(decoded) == "38"
    assert decoded.left_out == ()
    assert decoded.small == (row[1],)


def read_with_speck(top: int, alone: float, together: float, is_behind: bool) -> Decoded:
    """Decode a 3 with a speck beside it, 3 high, that may be joined to it; top: where the speck stands."""
    at, beside = (0, 1) if is_behind else (1, 0)
    digit = candidate(at, at + 1)
    speck = Candidate(beside, beside + 1, Box(beside * (WIDTH + 1), top, WIDTH, 3), np.ones((3, WIDTH), bool), 0)
    whole = Candidate(0, 2, digit.box.joined(speck.box), np.ones((HEIGHT, 2 * WIDTH + 1), bool), 0)
    parts, known = [digit, speck], [guess(3, alone), guess(None, 0.97)]
    if not is_behind:
        parts, known = parts[::-1], known[::-1]
    return decode(lattice_of([*parts, whole]), [*known, guess(3, together)])


@pytest.mark.parametrize("is_behind", [True, False])
@pytest.mark.parametrize(
    ("top", "alone", "together", "is_let_go"),
    [
        pytest.param(7, 0.97, 0.99, True, id="a point"),
        pytest.param(0, 0.97, 0.99, False, id="the bar of a 5"),
        pytest.param(7, 0.6, 0.99, False, id="a foot that the digit needs"),
    ],
)
def test_a_digit_lets_go_of_a_point_at_its_foot(
    top: int, alone: float, together: float, is_let_go: bool, is_behind: bool
) -> None:
    decoded = read_with_speck(top, alone, together, is_behind)
    assert texts(decoded) == "3"
    kept = decoded.found[0].candidate
    assert kept.last - kept.first == (1 if is_let_go else 2)
    assert len(decoded.small) == is_let_go


def test_a_digit_in_doubt_is_kept_with_its_doubt() -> None:
    decoded = decode(lattice_of(ROW), [guess(3, 0.97), guess(4, 0.55, instead=9), guess(8, 0.97)])
    assert texts(decoded) == "348"
    assert decoded.found[1].confidence == pytest.approx(0.55, abs=0.03)


def test_a_sure_digit_is_not_swallowed_by_a_neighbour_in_doubt() -> None:
    """A 1 beside a blurred 8 that may be cut; together they are surely no digit."""
    row = [(0, 1, 0, 6), (1, 2, 1, 4), (2, 3, 1, 4), (1, 3, 0, 7), (0, 2, 1, 12), (0, 3, 0, 15)]
    parts = [Candidate(a, b, Box(7 * a, 0, w, HEIGHT), np.ones((HEIGHT, w), bool), cuts) for a, b, cuts, w in row]
    guesses = [guess(1, 0.9), guess(2, 0.32), guess(3, 0.43), guess(6, 0.14), guess(None, 0.997), guess(None, 0.997)]
    assert texts(decode(lattice_of(parts), guesses)).startswith("1")


def test_what_may_be_a_digit_is_not_left_out() -> None:
    """The piece is likelier something else, but not surely: it stays, to be refused."""
    doubt = guess(None, 0.8)
    decoded = decode(lattice_of(ROW), [guess(3, 0.97), doubt, guess(8, 0.97)])
    assert [found.candidate for found in decoded.found] == ROW
    assert decoded.found[1].confidence < 0.12
    assert decoded.left_out == ()


def test_a_row_without_digits_is_empty() -> None:
    decoded = decode(lattice_of(ROW), [guess(None, 0.999)] * 3)
    assert decoded.found == ()
    assert decoded.left_out == tuple(ROW)


def write_row(text: str, heights: Sequence[int], lean: float = 0.0, hand: float = 0.0) -> Decoded:
    """Return the reading of surely known digits side by side, `heights` high.

    lean: of those of no usual height, in degrees. hand: how all others lean.
    """
    atoms, candidates, guesses = [], [], []
    for place, (sign, height) in enumerate(zip(text, heights, strict=True)):
        ink = np.zeros((height, 40), bool)
        shift = np.tan(np.radians(lean if height != USUAL else hand))
        for y in range(height):
            at = round((height - y) * shift)
            ink[y, at : at + 4] = True
        ink = ink[:, : int(np.flatnonzero(ink.any(axis=0)).max()) + 1]
        box = Box(60 * place, 40 - height // 2, ink.shape[1], height)
        atoms.append(Blob(box, ink))
        candidates.append(Candidate(place, place + 1, box, ink, 0))
        guesses.append(guess(int(sign), 0.9))
    return decode(Lattice(tuple(atoms), tuple(candidates), USUAL), guesses)


USUAL = 30
"""How high the digits of a row are, in pixels."""


@pytest.mark.parametrize(
    ("text", "tall", "height", "lean", "left"),
    [
        ("1111412019", {2, 5}, 60, 0, "11142019"),  # two slashes of twice the height, upright
        ("1111412019", {2, 5}, 40, 20, "11142019"),  # hardly higher, and leaning
        ("1111412019", {2, 5}, 40, 2, "1111412019"),  # hardly higher, and upright: 1s
        ("1111412019", {2, 5}, 40, -20, "1111412019"),  # leaning back, as no slash does
        ("1111412019", {2, 5}, 34, 20, "1111412019"),  # as high as others
        ("100", {0}, 60, 20, "100"),  # the first digit, before small ones
        ("001", {2}, 60, 20, "001"),
        ("1911", {2}, 45, 20, "1911"),  # three others do not tell how high digits are
        ("1911", {2}, 60, 20, "191"),
        ("21199", {0, 1, 2}, 60, 0, "21199"),  # large digits before small ones: a price
        ("171", {1}, 60, 20, "171"),  # no 1
        ("11", {1}, 60, 20, "11"),
    ],
)
def test_slashes_are_no_ones(text: str, tall: set[int], height: int, lean: float, left: str) -> None:
    heights = [height if place in tall else USUAL for place in range(len(text))]
    row = write_row(text, heights, lean)
    assert texts(row) == left
    assert len(row.left_out) == len(text) - len(left), "what is no digit may still be a mark"


def test_a_1_leans_as_its_hand_does() -> None:
    heights = [40 if place in (2, 5) else USUAL for place in range(10)]
    assert texts(write_row("1111412019", heights, lean=20, hand=18)) == "1111412019"
    assert texts(write_row("1111412019", heights, lean=20, hand=2)) == "11142019"
