"""Fields: what the reader of whole rows adds, and which are looked at again, from ink that is taken otherwise."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from drawing import whiten
from numpy.typing import NDArray

from model.classifier import Guess, StubClassifier
from scanner import fields
from scanner.cells import Place
from scanner.fields import find_written
from scanner.ink import Ink, Taking
from scanner.pieces import find_pieces
from scanner.placement import Placement
from scanner.template import FieldSpec, Sum
from scanner.upright import Upright
from scanner.written import Written

TAKINGS = (Taking(blur=1.0), Taking(blur=2.0))
NONE = 10
SPECS = tuple(
    (name, FieldSpec.model_validate({"box": [20, top, 300, 60]})) for name, top in (("upper", 20), ("lower", 120))
)


def draw_bars(*bars: tuple[int, int]) -> Ink:
    """Return ink of upright bars, 40 pixels high; the top of each and how broad it is."""
    mask = np.zeros((220, 340), bool)
    for top, width in bars:
        mask[top : top + 40, 150 : 150 + width] = True
    return Ink(find_pieces(mask), np.zeros_like(mask), Placement.of_scale(1.0), np.zeros_like(mask), whiten(mask))


class Page:
    """An upright page whose ink is otherwise each time it is taken."""

    def __init__(self, *inks: Ink) -> None:
        self.left = list(inks[1:])
        self.taken: list[Taking] = []
        places = tuple(Place(spec.box, 0) for _, spec in SPECS)
        self.upright = Upright(inks[0], places, np.eye(3), self._retake)

    def _retake(self, taking: Taking) -> Ink:
        self.taken.append(taking)
        return self.left.pop(0)

    def read(self, classifier: StubClassifier, takings: Sequence[Taking] = TAKINGS) -> dict[str, tuple[str, float]]:
        written, _ = find_written(self.upright, SPECS, (), classifier, takings)
        return {name: (each.choice.reading.text, each.confidence) for name, each in written.items()}


class ByWidth(StubClassifier):
    """Takes slender bars for a 1 and broad ones for a 7, whatever surrounds them."""

    def __init__(self, slender: float, broad: float) -> None:
        """slender, broad: how sure it is of each."""
        super().__init__([1])
        self.stubs = StubClassifier([1], slender), StubClassifier([7], broad)
        self.broad = 0

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        are_broad = [bool(np.count_nonzero(glyph[..., 0].max(axis=0)) >= 8) for glyph in glyphs]
        self.broad += sum(are_broad)
        return [
            self.stubs[is_broad].classify(glyph[None])[0] for is_broad, glyph in zip(are_broad, glyphs, strict=True)
        ]


def say(strip: NDArray[np.uint8], digit: int, share: float) -> NDArray[np.float32]:
    """Return frames that say one digit, in the middle of a strip, and nothing else."""
    frames = np.full((strip.shape[1] // 4, 11), (1 - share) / 10, np.float32)
    frames[:, NONE] = share
    frames[len(frames) // 2] = (1 - share) / 10
    frames[len(frames) // 2, digit] = share
    return np.log(frames)


class RowStub(StubClassifier):
    """Reads each glyph as a 1, and each row as one digit."""

    def __init__(self, digit: int, glyphs: float = 0.5, rows: float = 0.99) -> None:
        """glyphs, rows: how sure it is."""
        super().__init__([1], glyphs)
        self.digit, self.share, self.rows = digit, rows, 0

    def score_rows(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        self.rows += len(strips)
        return [say(strip, self.digit, self.share) for strip in strips]


class SureOfBroad(ByWidth):
    """Is sure of rows of broad bars alone."""

    def score_rows(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        are_broad = [np.count_nonzero(strip[..., 0].max(axis=0) > 128) >= 8 for strip in strips]
        return [
            say(strip, *((7, 1 - 1e-7) if is_broad else (1, 0.9)))
            for is_broad, strip in zip(are_broad, strips, strict=True)
        ]


SURE = 1 - 1e-7


UPPER, LOWER, BROAD_UPPER, BROAD_LOWER = (30, 6), (130, 6), (30, 20), (130, 20)


def test_sure_fields_and_empty_ones_are_looked_at_once() -> None:
    for ink in (draw_bars(UPPER, LOWER), draw_bars()):
        page = Page(ink)
        page.read(RowStub(1, SURE, SURE))
        assert page.taken == []


def test_a_required_field_that_is_empty_is_looked_at_once() -> None:
    page = Page(draw_bars(LOWER))
    spec = SPECS[0][1].model_copy(update={"required": True})
    written, _ = find_written(page.upright, [("upper", spec), SPECS[1]], (), RowStub(1, SURE, SURE), TAKINGS)
    assert written["upper"].explain()
    assert page.taken == []


def test_a_sure_field_that_breaks_a_rule_is_looked_at_again() -> None:
    page = Page(*[draw_bars(UPPER, LOWER)] * 3)
    spec = SPECS[0][1].model_copy(update={"length": (3, 3)})
    find_written(page.upright, [("upper", spec), SPECS[1]], (), RowStub(1, SURE, SURE), TAKINGS)
    assert page.taken == list(TAKINGS)


def test_a_tail_that_reaches_into_the_next_field_belongs_to_its_own_in_each_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The field that it belongs to is sure enough, and is not looked at again."""
    monkeypatch.setattr(fields, "SURE", 0.7)
    ink = draw_bars(UPPER, BROAD_LOWER)
    mask = ink.mask.copy()
    mask[30:135, 200:206] = True  # from the upper field down into the lower one
    ink = replace(ink, pieces=find_pieces(mask))
    page = Page(ink, ink, ink)
    written, _ = find_written(page.upright, SPECS, (), ByWidth(0.99999, 0.6), TAKINGS)
    assert page.taken == list(TAKINGS)
    assert [len(each.looks) for each in written.values()] == [1, 3]
    assert [each.choice.reading.text for each in written.values()] == ["11", "7"]


def test_a_field_in_doubt_is_looked_at_in_each_way_and_no_other() -> None:
    page = Page(*[draw_bars(UPPER, BROAD_LOWER)] * 3)
    classifier = SureOfBroad(0.6, SURE)
    assert page.read(classifier)["lower"][0] == "7"
    assert page.taken == list(TAKINGS)
    once = SureOfBroad(0.6, SURE)
    Page(draw_bars(UPPER, BROAD_LOWER)).read(once, ())
    assert classifier.broad == once.broad > 0


def test_what_most_looks_see_is_read_where_they_see_it() -> None:
    page = Page(draw_bars(UPPER), draw_bars(BROAD_UPPER), draw_bars(BROAD_UPPER))
    written, _ = find_written(page.upright, SPECS, (), ByWidth(0.6, 0.9), TAKINGS)
    assert written["upper"].choice.reading.text == "7"
    assert [found.candidate.box.width for found in written["upper"].row.found] == [20]


def test_a_look_without_ink_does_not_count() -> None:
    page = Page(draw_bars(UPPER), draw_bars(), draw_bars())
    once = Page(draw_bars(UPPER)).read(StubClassifier([1], 0.6), ())
    assert page.read(StubClassifier([1], 0.6)) == once
    assert once["upper"][0] == "1"


def test_a_look_that_finds_no_digit_in_the_ink_speaks_against_it() -> None:
    """Slender bars are 1s, broad ones nothing."""

    class OnlyOnes(ByWidth):
        def __init__(self) -> None:
            super().__init__(0.9, 0.9)
            self.stubs = StubClassifier([1], 0.9), StubClassifier([None], 0.9999)

    digit, none = draw_bars(UPPER), draw_bars(BROAD_UPPER)
    found = [Page(*inks).read(OnlyOnes())["upper"] for inks in ([digit] * 3, [digit, digit, none], [digit, none, none])]
    assert [text for text, _ in found] == ["1", "1", "1"]
    assert found[0][1] > found[1][1] > found[2][1]
    assert Page(none, digit, none).read(OnlyOnes())["upper"][0] == ""


def test_looks_that_differ_make_a_field_less_sure() -> None:
    def look(*inks: Ink) -> Written:
        return find_written(Page(*inks).upright, SPECS, (), ByWidth(0.9, 0.9), TAKINGS)[0]["upper"]

    alike = look(*[draw_bars(UPPER)] * 3)
    apart = look(draw_bars(UPPER), draw_bars(UPPER), draw_bars(BROAD_UPPER))
    assert apart.choice.reading.text == alike.choice.reading.text == "1"
    assert apart.confidence < alike.confidence


def test_the_reader_of_rows_is_asked_of_each_field() -> None:
    classifier = RowStub(7)
    written, _ = find_written(Page(draw_bars(UPPER, LOWER)).upright, SPECS, (), classifier)
    assert [each.choice.reading.text for each in written.values()] == ["7", "7"]
    assert classifier.rows == 2
    assert all(each.evidence.uncut > 0 for each in written.values())


def test_each_box_of_a_comb_is_a_row() -> None:
    spec = FieldSpec.model_validate({"boxes": 3, "box": [20, 20, 300, 60]})
    page = Page(draw_bars(UPPER))
    upright = replace(page.upright, places=(Place(spec.box, 3),))
    written, _ = find_written(upright, [("comb", spec)], (), RowStub(7))
    assert written["comb"].choice.reading.text == "7"
    assert written["comb"].evidence.uncut > 0
    doubted, _ = find_written(upright, [("comb", spec)], (), RowStub(NONE))
    assert doubted["comb"].evidence.uncut < written["comb"].evidence.uncut


def test_a_sum_may_take_a_reading_of_another_look() -> None:
    """What a sum corrects has its digits where that look saw them."""
    page = Page(*[draw_bars(UPPER, BROAD_LOWER)] * 2, draw_bars(BROAD_UPPER, BROAD_LOWER))
    rule = Sum(total="lower", parts=("upper",))
    written, reasons = find_written(page.upright, SPECS, [rule], ByWidth(0.9, 0.9), TAKINGS)
    assert reasons == {}
    assert [each.choice.reading.text for each in written.values()] == ["7", "7"]
    assert [found.candidate.box.width for found in written["upper"].row.found] == [20]
