"""Sentences say who changed the answer, and a table what each look says."""

import numpy as np
import pytest

from bench.looks import ALL, ALONE, AROUND, POSES, ROW, Look, format_table, tell_changes


def look(name: str, label: int, share: float) -> Look:
    scores = np.full(11, (1 - share) / 10)
    scores[label] = share
    return Look(name, scores)


@pytest.mark.parametrize(
    ("looks", "label", "said"),
    [
        ([(ALONE, 3, 0.9), (AROUND, 3, 0.9), (ROW, 3, 0.9)], 3, ["All who look at it say 3."]),
        (
            [(ALONE, 5, 0.6), (AROUND, 3, 0.8), (ROW, 3, 0.9)],
            3,
            ["Alone it would be a 5 (0.60); what stands around it makes it a 3 (0.80)."],
        ),
        (
            [(ALONE, 5, 0.6), (AROUND, 5, 0.6), (POSES, 3, 0.5), (ROW, 3, 0.9)],
            3,
            ["As it stands it is a 5 (0.60); shown leaning to either side as well, a 3 (0.50)."],
        ),
        (
            [(ALONE, 3, 0.6), (AROUND, 5, 0.6), (POSES, 3, 0.5), (ROW, 3, 0.9)],
            3,
            [
                "Alone it would be a 3 (0.60); what stands around it makes it a 5 (0.60).",
                "As it stands it is a 5 (0.60); shown leaning to either side as well, a 3 (0.50).",
            ],
        ),
        (
            [(ALONE, 5, 0.6), (AROUND, 5, 0.61), (ROW, 3, 0.97)],
            3,
            ["The glyph is a 5 (0.61); the row is read with a 3, because the network for whole rows says a 3 (0.97)."],
        ),
        (
            [(ALONE, 5, 0.6), (AROUND, 5, 0.6), (ROW, 7, 0.9)],
            5,
            ["The network for whole rows would have a 7 (0.90) here; the glyph counts for more."],
        ),
        (
            [(ALONE, 10, 0.6), (AROUND, 10, 0.6)],
            1,
            ["The glyph is no digit (0.60); the row is read with a 1, because to leave ink of this size out of a row "
             "of digits is less likely than a 1."],
        ),
        ([(ALONE, 10, 0.6), (AROUND, 10, 0.6)], None, []),
        ([(ALONE, 10, 0.6), (AROUND, 10, 0.6), (ROW, 10, 0.9)], None, []),
        (
            [(ALONE, 1, 0.7), (AROUND, 1, 0.8), (ROW, 10, 0.98)],
            None,
            ["The glyph is a 1 (0.80), but the network for whole rows says no digit (0.98)."],
        ),
    ],
)  # fmt: skip
def test_sentences(looks: list[tuple[str, int, float]], label: int | None, said: list[str]) -> None:
    assert list(tell_changes([look(*each) for each in looks], label)) == said


def test_a_table_has_a_row_for_each_look() -> None:
    rows = format_table([look(ALONE, 3, 0.9), look(ALL, 10, 0.8)]).splitlines()
    assert rows[0].split() == [*"0123456789", "none"]
    assert len({len(row) for row in rows}) == 1
    assert rows[1].split()[-8] == "0.90"
    assert rows[2].split()[-1] == "0.80"
