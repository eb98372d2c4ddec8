"""A contestant behind the pipeline: what it is shown, and what it cannot say."""

from pathlib import Path

import numpy as np

from bench.compare.photos import ALONE, NO_ROWS, WHOLE, GlyphReader, list_readers, measure_photos
from bench.contestants.registry import make_contestants
from bench.contestants.shipped import ShippedContestant
from model.data import NOT_A_DIGIT
from scanner.uncut import RowScorer

SAMPLES = Path(__file__).parents[3] / "samples"


def test_it_sees_the_glyph_alone_and_takes_all_for_digits() -> None:
    views = np.zeros((3, 28, 28, 2), np.uint8)
    views[:, 4:24, 13:16, 0] = 255
    views[..., 1] = 77
    shipped = ShippedContestant()
    guesses = GlyphReader(shipped).classify(views)
    scores = shipped.predict_proba(np.ascontiguousarray(views[..., 0]))
    assert [guess.label for guess in guesses] == [1, 1, 1]
    assert [guess.scores[NOT_A_DIGIT] for guess in guesses] == [0, 0, 0]
    np.testing.assert_allclose([guess.scores[:NOT_A_DIGIT] for guess in guesses], scores)
    assert GlyphReader(shipped).classify(views[..., 0]) == guesses


def test_only_the_whole_reader_has_the_network_for_rows() -> None:
    (mlp,) = make_contestants(["mlp"])
    assert list(list_readers(mlp)) == [ALONE]
    readers = list_readers(ShippedContestant())
    assert {name: isinstance(reader, RowScorer) for name, reader in readers.items()} == {
        ALONE: False,
        NO_ROWS: False,
        WHOLE: True,
    }


def test_the_samples_are_read_best_as_the_package_reads_them() -> None:
    readers = list_readers(ShippedContestant())
    alone, whole = (measure_photos(SAMPLES, readers[name]) for name in (ALONE, WHOLE))
    assert whole["exact"] == 1.0
    assert alone["exact"] <= whole["exact"]
    assert alone["images"] == whole["images"] > 1
