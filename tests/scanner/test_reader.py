"""Who reads a page follows from what is known of it."""

from pathlib import Path

import pytest
from blankforms import SMALL, save

from model.classifier import StubClassifier
from scanner.errors import TemplateError
from scanner.form import find_forms
from scanner.forms import FormReader
from scanner.knowledge import FormSource, Knowledge, Region
from scanner.pipeline import Options
from scanner.reader import choose_reader
from scanner.regions import LineReader, RegionReader


def test_the_reader_fits_what_is_known(tmp_path: Path) -> None:
    region = Region("a", 0, 0, 5, 5)
    kinds = {
        FormReader: Knowledge(templates=find_forms([save(SMALL, tmp_path)])),
        RegionReader: Knowledge(regions=(region,), length=(3, 3)),
        LineReader: Knowledge(length=(3, 3)),
    }
    for kind, knowledge in kinds.items():
        reader = choose_reader(StubClassifier([5]), Options(), knowledge)
        assert isinstance(getattr(reader, "__self__", None), kind)
    assert not hasattr(choose_reader(StubClassifier([5]), Options(), Knowledge()), "__self__"), "the pipeline alone"


def test_a_template_that_is_gone_is_told() -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        choose_reader(StubClassifier([5]), Options(), Knowledge(templates=(FormSource("gone.toml", "1"),)))
