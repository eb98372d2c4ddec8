"""Files are taken when they are complete, once, and again when they have changed."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.arrivals import PATIENCE, SETTLED, Arrivals


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.png"


def write(path: Path, size: int, time: int) -> None:
    path.write_bytes(bytes(size))
    os.utime(path, ns=(time, time))


def test_a_file_is_taken_when_it_has_settled_and_only_once(path: Path) -> None:
    arrivals = Arrivals()
    write(path, 5, 1)
    arrivals.notice(str(path), 0.0)
    assert arrivals.take(0.0) == []
    assert arrivals.take(SETTLED - 0.01) == []
    assert arrivals.are_waiting
    assert arrivals.take(SETTLED) == [str(path)]
    assert not arrivals.are_waiting
    arrivals.notice(str(path), 10.0)
    assert arrivals.take(10.0) == []
    assert not arrivals.are_waiting, "it has not changed"


def test_a_file_that_grows_is_waited_for(path: Path) -> None:
    arrivals = Arrivals()
    arrivals.notice(str(path), 0.0)
    for step in range(10):
        write(path, 5 + step, step)
        assert arrivals.take(step * 0.9 * SETTLED) == []
    assert arrivals.take(9 * 0.9 * SETTLED + SETTLED) == [str(path)]


@pytest.mark.parametrize(("size", "time"), [(5, 2), (6, 1)])
def test_a_file_that_has_changed_is_taken_again(path: Path, size: int, time: int) -> None:
    arrivals = Arrivals()
    for now, (length, stamp) in enumerate([(5, 1), (size, time)]):
        write(path, length, stamp)
        arrivals.notice(str(path), 100.0 * now)
        arrivals.take(100.0 * now)
        assert arrivals.take(100.0 * now + SETTLED) == [str(path)]


def test_a_file_that_vanishes_is_forgotten(path: Path, tmp_path: Path) -> None:
    arrivals = Arrivals()
    write(path, 5, 1)
    for name in (str(path), str(tmp_path / "never.png"), str(tmp_path), "a\0.png"):
        arrivals.notice(name, 0.0)
    arrivals.take(0.0)
    path.unlink()
    assert arrivals.take(SETTLED) == []
    assert not arrivals.are_waiting


def test_an_empty_file_is_waited_for_longer(path: Path) -> None:
    arrivals = Arrivals()
    write(path, 0, 1)
    arrivals.notice(str(path), 0.0)
    arrivals.take(0.0)
    assert arrivals.take(PATIENCE - 0.01) == []
    assert arrivals.take(PATIENCE) == [str(path)]


def test_a_file_that_could_not_be_read_is_offered_once_more(path: Path) -> None:
    arrivals = Arrivals()
    write(path, 5, 1)
    arrivals.notice(str(path), 0.0)
    arrivals.take(0.0)
    assert arrivals.take(SETTLED) == [str(path)]
    assert arrivals.give_back(str(path), 5.0)
    arrivals.notice(str(path), 5.0)
    assert arrivals.take(4.9 + PATIENCE) == []
    assert arrivals.take(5.0 + PATIENCE) == [str(path)]
    assert not arrivals.give_back(str(path), 50.0), "it is what it is"
    assert not arrivals.give_back("never.png", 50.0)


def test_a_file_that_goes_on_after_it_was_tried_is_offered_when_it_has_settled(path: Path) -> None:
    arrivals = Arrivals()
    write(path, 5, 1)
    arrivals.notice(str(path), 0.0)
    arrivals.take(0.0)
    arrivals.take(SETTLED)
    assert arrivals.give_back(str(path), 2.0)
    write(path, 9, 2)
    assert arrivals.take(3.0) == []
    assert arrivals.take(3.0 + SETTLED) == [str(path)]


@given(st.permutations(["p10.png", "p9.png", "q.png", "P1.png"]))
def test_those_that_come_together_come_in_natural_order(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    arrivals, folder = Arrivals(), tmp_path_factory.mktemp("in")
    for name in names:
        write(folder / name, 3, 1)
        arrivals.notice(str(folder / name), 0.0)
    arrivals.take(0.0)
    assert [Path(path).name for path in arrivals.take(SETTLED)] == ["P1.png", "p9.png", "p10.png", "q.png"]
