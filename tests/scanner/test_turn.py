"""Pages on their head and on their side are turned; what may stand upright is not."""

from collections.abc import Sequence

import numpy as np
import pytest
from drawing import PAPER, draw_page, draw_paragraph
from numpy.typing import NDArray

from model.classifier import Classifier, Guess, StubClassifier
from model.errors import WeightsError
from scanner.debug import Recorder
from scanner.page import Page
from scanner.pipeline import Options, classify, find_candidates, find_ink, lay_on_side, read
from scanner.stages import Cleaned
from scanner.turn import FEWEST_PIECES, MOST_PIECES, find_turn, is_doubtful, look_at_pieces, may_lie_on_side

Picture = NDArray[np.uint8]

STRINGS = ["37429", "54327", "93475"]
"""Of digits that are none on their heads."""


class Upright:
    """A classifier that knows one picture for a digit, as it is or turned: what else it sees is none."""

    def __init__(self, shares: Sequence[float]) -> None:
        """shares: how sure it is of the first batch's views, part by part of equal size; of the next ones after."""
        self.shares = list(shares)
        self.sizes: list[int] = []

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        self.sizes.append(len(glyphs))
        now, self.shares = self.shares[:2], self.shares[2:]
        return [to_guess(share) for share in now for _ in range(len(glyphs) // 2)]


def to_guess(share: float) -> Guess:
    return Guess(3, share, (0.0, 0.0, 0.0, share, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1 - share))


@pytest.fixture
def page(rng: np.random.Generator) -> Picture:
    return draw_paragraph(STRINGS, rng, 64)


@pytest.mark.parametrize(
    ("shares", "quarters"),
    [
        ((0.95, 0.5), 0),
        ((0.5, 0.95), 2),
        ((0.9, 0.95), 0),
        ((0.55, 0.58), 0),
        ((0.1, 0.12, 0.9, 0.3), 1),
        ((0.1, 0.12, 0.3, 0.9), 3),
        ((0.1, 0.12, 0.9, 0.88), 0),
        ((0.1, 0.12, 0.98, 0.8), 1),
        ((0.8, 0.98), 0),
        ((0.1, 0.2, 0.3, 0.4), 0),
    ],
)
def test_the_far_better_reading_decides(page: Picture, shares: tuple[float, ...], quarters: int) -> None:
    ink = find_ink(page, Options())
    assert find_turn(ink, lambda: ink, Upright(shares)) == quarters


def test_a_page_that_can_be_read_is_not_laid_on_its_side(page: Picture) -> None:
    def lay() -> None:
        pytest.fail("the page was laid on its side")

    assert find_turn(find_ink(page, Options()), lay, Upright((0.4, 0.85))) == 2


def test_few_digits_are_never_turned(rng: np.random.Generator) -> None:
    ink = find_ink(draw_page(["3742"], rng), Options())
    assert 0 < len(look_at_pieces(ink)) < FEWEST_PIECES
    classifier = Upright((0.0, 1.0))
    assert find_turn(ink, lambda: None, classifier) == 0
    assert classifier.sizes == []


def test_both_ways_are_asked_in_one_batch_of_some_pieces(rng: np.random.Generator) -> None:
    ink = find_ink(draw_page(["3742954" * 2] * 12, rng, 40), Options())
    classifier = Upright((0.9, 0.4))
    find_turn(ink, lambda: None, classifier)
    (size,) = classifier.sizes
    assert FEWEST_PIECES <= size // 2 <= MOST_PIECES


def test_strokes_and_dashes_tell_nothing() -> None:
    page = np.full((400, 600), PAPER, np.uint8)
    for x in range(40, 560, 40):
        page[60:120, x : x + 8] = 40
        page[200:208, x : x + 30] = 40
    assert len(look_at_pieces(find_ink(page, Options()))) == 0


def test_a_page_is_doubtful_by_what_its_pieces_are(page: Picture) -> None:
    ink = find_ink(page, Options())
    lattices = find_candidates(ink)
    assert not is_doubtful(lattices, classify(lattices, ink, StubClassifier([3], 0.95)))
    assert is_doubtful(lattices, classify(lattices, ink, StubClassifier([3], 0.7)))
    assert is_doubtful([], [])


def test_rows_that_run_upright_are_seen(rng: np.random.Generator) -> None:
    page = draw_paragraph(["0123456789", "3141592653", "2718281828"], rng)
    assert not may_lie_on_side(page)
    assert may_lie_on_side(np.ascontiguousarray(np.rot90(page)))
    assert not may_lie_on_side(np.full((300, 400), PAPER, np.uint8))
    assert lay_on_side(page, Options()) is None


@pytest.fixture(scope="module")
def network() -> Classifier:
    try:
        return Classifier()
    except WeightsError as error:
        pytest.skip(f"the trained weights are not in the package: {error}")


@pytest.mark.parametrize("quarters", range(4))
def test_the_network_reads_a_page_however_it_is_turned(network: Classifier, page: Picture, quarters: int) -> None:
    turned = np.ascontiguousarray(np.rot90(page, quarters))
    reading = read(Page(turned, "x"), network)
    assert [line.text for line in reading.lines] == STRINGS
    assert (reading.height, reading.width) == turned.shape
    first, last = reading.lines[0].digits[0].box, reading.lines[-1].digits[-1].box
    step = (last.centre_x - first.centre_x, last.centre_y - first.centre_y)
    assert (step[0] > 0, step[1] > 0) == ((True, True), (True, False), (False, False), (False, True))[quarters]
    for digit in (digit for line in reading.lines for digit in line.digits):
        box = digit.box
        assert turned[box.y : box.bottom, box.x : box.right].min() < 128, "there is ink in every box"


def test_turning_can_be_switched_off(network: Classifier, page: Picture) -> None:
    turned = np.ascontiguousarray(np.rot90(page, 2))
    reading = read(Page(turned, "x"), network, Options(straighten=False))
    assert [line.text for line in reading.lines] != STRINGS


@pytest.mark.parametrize("text", ["609", "88018", "60969", "10801", "3742954"])
def test_a_single_string_is_never_turned(network: Classifier, rng: np.random.Generator, text: str) -> None:
    for quarters in (0, 2):
        image = np.ascontiguousarray(np.rot90(draw_page([text], rng), quarters))
        boxes = [digit.box for line in read(Page(image, "x"), network).lines for digit in line.digits]
        assert [box.x for box in boxes] == sorted(box.x for box in boxes)


def test_a_turn_is_taken_back_where_fewer_digits_are_read(
    network: Classifier, page: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.pipeline.is_doubtful", lambda lattices, guesses: True)
    monkeypatch.setattr("scanner.pipeline.find_turn", lambda *words: 2)
    recorder = Recorder()
    for turned in (page, np.ascontiguousarray(np.rot90(page, 2))):  # as it stands, and on its head
        reading = read(Page(turned, "x"), network, Options(), recorder)
        assert [line.text for line in reading.lines] == STRINGS
        cleaned = recorder.seen[Cleaned]
        assert isinstance(cleaned, Cleaned)
        assert abs(cleaned.ink.placement.turned) == (180 if turned is not page else 0)  # what was read is what is shown
