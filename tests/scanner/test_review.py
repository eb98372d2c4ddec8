"""What is doubtful comes first, once, and only what is asked for."""

from pathlib import Path

import pytest
from results import fill_store

from scanner.corrections import Correction
from scanner.review import Doubts, choose_doubts, list_looked_at
from scanner.store import FileResult, Store


@pytest.fixture
def results(tmp_path: Path) -> list[FileResult]:
    return fill_store(
        tmp_path / "r.sqlite", tmp_path, {"a.png": [("12", 0.9), ("3?", 0.999)], "b.png": [("45", 0.2), ("6", 1.0)]}
    )


def choose(tmp_path: Path, accept: float = 0.99, everything: bool = False, most: int = 100) -> Doubts:
    with Store(tmp_path / "r.sqlite") as store:
        return choose_doubts(store, accept, everything, most)


def test_the_most_doubtful_comes_first(results: list[FileResult], tmp_path: Path) -> None:
    assert [doubt.line.text for doubt in choose(tmp_path).chosen] == ["45", "12", "3?"]
    assert [doubt.line.text for doubt in choose(tmp_path, 0.5).chosen] == ["45", "3?"]
    assert [doubt.line.text for doubt in choose(tmp_path, everything=True).chosen] == ["45", "12", "3?", "6"]


def test_what_is_over_the_limit_is_counted(results: list[FileResult], tmp_path: Path) -> None:
    doubts = choose(tmp_path, most=1)
    assert ([doubt.line.text for doubt in doubts.chosen], doubts.left_out) == (["45"], 2)


def test_one_picture_under_two_names_is_looked_at_once(results: list[FileResult], tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        assert store.knows("again.png", results[0].content, "options")
        store.finish([*(result.source for result in results), "again.png"], None)
    assert len(choose(tmp_path).chosen) == 3


def test_what_is_read_anew_each_time_is_counted(results: list[FileResult], tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.add(FileResult("-", "", results[0].pages), "options")
        store.finish(["-", results[1].source], None)
    doubts = choose(tmp_path)
    assert (len(doubts.chosen), doubts.unknown) == (1, 2)


def test_what_a_person_has_looked_at_is_not_asked_again(results: list[FileResult], tmp_path: Path) -> None:
    reading = results[1].pages[0].reading
    assert reading is not None
    typed = Correction(results[1].content, 1, (reading.width, reading.height), reading.lines[0].box, "45", "46")
    with Store(tmp_path / "r.sqlite") as store:
        store.correct([typed])
        assert [doubt.line.text for doubt in list_looked_at(store)] == ["46"]
    assert [doubt.line.text for doubt in choose(tmp_path).chosen] == ["12", "3?"]
    assert [doubt.line.text for doubt in choose(tmp_path, everything=True).chosen] == ["12", "3?", "46", "6"]
