"""The report's words: best first, what is missing said."""

from bench.compare.tables import (
    list_corruptions,
    list_costs,
    list_elsewhere,
    list_missing,
    list_photos,
    list_test,
    list_ties,
)
from tests.comparison import make_report


def test_the_best_stands_first_and_what_learnt_from_more_has_a_star() -> None:
    table = list_test(make_report())
    assert [row[0] for row in table.rows] == ["shipped *", "tree"]
    assert table.rows[1][2:5] == ("80.00", "73.91 to 84.95", "-")
    assert all(len(row) == len(table.head) for row in table.rows)


def test_every_way_of_reading_photos_has_a_row() -> None:
    rows = list_photos(make_report()).rows
    assert [row[0] for row in rows] == ["shipped *, and the network for rows", "tree", "shipped *"]
    assert rows[1][1:] == ("25.0", "30.0", "-50.0", "2", "3", "4", "12.00")


def test_costs_stand_beside_their_ratios() -> None:
    rows = list_costs(make_report()).rows
    assert rows[0] == ("tree", "1,234", "-", "5", "7", "5", "0.500", "2.00", "5.0", "1.50")
    assert rows[1][4:6] == ("-", "-")


def test_other_data_and_corruptions_stand_in_columns() -> None:
    report = make_report()
    assert list_elsewhere(report).rows[1] == ("tree", "80.00", "80.0", "50.0")
    assert len(list_corruptions(report).rows) == 15
    assert list_corruptions(report).rows[0] == ("shot noise", "50", "50")


def test_pairs_that_chance_may_part_are_told() -> None:
    report = make_report()
    assert list_ties(report) == []
    report["pairs"][0] |= {"is_larger_than_chance": False, "probability": 0.4}
    assert list_ties(report) == ["shipped and tree: 0.40"]


def test_what_is_missing_is_told() -> None:
    report = make_report()
    del report["contestants"][0]["corrupted"]
    report["contestants"][0]["photos"] = {}
    del report["contestants"][1]["photos"]["whole"]
    assert list_missing(report, ["tree", "svm", "shipped"]) == [
        "svm: not trained",
        "tree: spoilt glyphs not measured",
        "tree: photos not measured",
        "shipped: photos with the network for rows not measured",
    ]


def test_a_table_is_markdown() -> None:
    lines = list_elsewhere(make_report()).to_markdown().splitlines()
    assert lines[:2] == ["| classifier | MNIST test, % | usps, % | spoilt, % |", "| --- | --- | --- | --- |"]
    assert lines[3] == "| tree | 80.00 | 80.0 | 50.0 |"
