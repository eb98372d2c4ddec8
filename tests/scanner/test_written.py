"""What is written in a field: which reading is taken, its marks, and what is wrong with it."""

import numpy as np
import pytest
from drawing import whiten

from model.classifier import Guess, to_guesses
from scanner.cells import Place, build_lattices, find_field_blobs
from scanner.constraint import Constraint
from scanner.ink import Ink
from scanner.lattice import Lattice
from scanner.pieces import find_pieces
from scanner.placement import Placement
from scanner.template import FieldSpec
from scanner.written import Written, decide, merge

DIGIT = (7, 40)
"""Width and height of a drawn digit, in pixels."""


def make_guess(label: int | None, share: float = 0.99) -> Guess:
    scores = np.full((1, 11), (1 - share) / 10, np.float32)
    scores[0, 10 if label is None else label] = share
    return to_guesses(scores)[0]


def write(text: str, rules: dict[str, object], doubtful: dict[int, int] | None = None) -> Written:
    """Return a field in which a text is written; points are small squares at the foot.

    doubtful: what the digit at a place may be with a probability of 0.4.
    """
    mask, x = np.zeros((120, 600), bool), 60
    truth: dict[int, int | None] = {}
    for sign in text:
        width, height = (6, 6) if sign in ".," else DIGIT
        if sign != " ":
            mask[90 - height : 90, x : x + width] = True
            truth[x] = int(sign) if sign.isdigit() else None
        x += width + 18
    spec = FieldSpec.model_validate({"box": [40, 30, 540, 70], **rules})
    place = Place(spec.box, spec.boxes, spec.is_point_written)
    ink = Ink(find_pieces(mask), np.zeros_like(mask), Placement.of_scale(1.0), np.zeros_like(mask), whiten(mask))
    (blobs,) = find_field_blobs(ink, [place])
    lattices = build_lattices(blobs, place, ink)
    return decide(lattices, [_guess(lattice, truth, doubtful or {}) for lattice in lattices], Constraint(spec))


def _guess(lattice: Lattice | None, truth: dict[int, int | None], doubtful: dict[int, int]) -> list[Guess]:
    guesses = []
    for each in () if lattice is None else lattice.candidates:
        label = truth[each.box.x] if each.last - each.first == 1 else None
        place = sorted(truth).index(each.box.x)
        if label is not None and place in doubtful:
            scores = np.full((1, 11), 1e-4, np.float32)
            scores[0, label], scores[0, doubtful[place]] = 0.59, 0.4
            guesses += to_guesses(scores)
        else:
            guesses.append(make_guess(label, 0.999))
    return guesses


AMOUNT: dict[str, object] = {"kind": "amount"}


@pytest.mark.parametrize(
    ("text", "rules", "digits", "reason"),
    [
        ("12.50", AMOUNT, "1250", ""),
        ("12,50", AMOUNT, "1250", ""),
        ("1250", AMOUNT, "1250", "no point is seen before the last 2 digits"),
        ("1250", AMOUNT | {"point": "implied"}, "1250", ""),
        ("1.250", AMOUNT, "1250", "the point stands elsewhere than before the last 2 digits"),
        ("1.250.00", AMOUNT, "125000", ""),
        ("12.50.00", AMOUNT, "125000", "the point stands elsewhere than before the last 2 digits"),
        ("", {"required": True}, "", "it is empty, and it is required"),
        ("", {}, "", ""),
        ("123", {"length": 4}, "123", "3 digits, expected 4"),
        ("45", {"most": 15}, "45", "out of range, expected at most 15"),
    ],
)
def test_what_is_wrong_is_said(text: str, rules: dict[str, object], digits: str, reason: str) -> None:
    written = write(text, rules)
    assert "".join(str(found.label) for found in written.row.found) == digits
    assert written.explain() == reason


def test_a_rule_reads_a_doubtful_digit_otherwise_and_less_surely() -> None:
    free = write("4539578763621486", {}, {3: 4})
    right = write("4539578763621486", {"check": "luhn"}, {3: 4})
    wrong = write("4534578763621486", {"check": "luhn"}, {3: 9})
    assert free.choice.reading.text == right.choice.reading.text == wrong.choice.reading.text == "4539578763621486"
    assert (right.choice.is_overruled, wrong.choice.is_overruled) == (False, True)
    assert free.confidence < wrong.confidence < right.confidence
    assert wrong.confidence <= 0.9
    assert wrong.row.found[3].label == 9


def test_a_text_that_no_likely_reading_mends_stays_and_is_told() -> None:
    written = write("4539578763621485", {"check": "luhn"})
    assert written.choice.reading.text == "4539578763621485"
    assert written.explain() == "the check digit is wrong (luhn)"


def test_an_empty_field_is_sure() -> None:
    written = write("", {})
    assert written.row.found == ()
    assert written.confidence > 0.99


def test_a_point_that_another_look_sees_is_found() -> None:
    """The look that is surest of the digits does not see it."""
    seen, unseen = write("12.50", AMOUNT, {0: 7}), write("1250", AMOUNT)
    assert unseen.choice.share > seen.choice.share
    merged = merge([unseen, seen])
    assert (merged.choice.reading.text, merged.explain()) == ("1250", "")
    assert merged.choice.share == {each.text: each.share for each in merged.choice.others}["1250"]
    assert merge([unseen, unseen]).explain() == "no point is seen before the last 2 digits"


def test_merged_looks_keep_their_likeliest_text_and_its_mean() -> None:
    sure, doubtful = write("123", {}), write("123", {}, {1: 7})
    merged = merge([sure, doubtful])
    assert merged.choice.reading.text == "123"
    assert doubtful.choice.share < merged.choice.share < sure.choice.share
