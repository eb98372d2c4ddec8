import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from model.card import Card, Source, parse_card, replace_file
from model.errors import WeightsError

CARD = Card(
    digitlens="0.1.0",
    made="2026-01-01T00:00:00+00:00",
    machine="a machine",
    versions={"numpy": "2.0"},
    data=(Source("mnist.npz", "ab" * 32, 60000),),
    recipe={"epochs": 1},
    parameters=10,
    multiply_adds=20,
    weights_sha256="cd" * 32,
    temperature=1.5,
    figures={"validation_accuracy": 0.99},
)


def test_a_card_survives_its_json() -> None:
    assert parse_card(CARD.to_json()) == CARD


def test_a_card_without_members_is_that_of_one_network() -> None:
    """Cards were written before there were committees."""
    values = asdict(CARD)
    del values["members"]
    assert parse_card(json.dumps(values)) == CARD


@pytest.mark.parametrize("field", sorted(asdict(CARD).keys() - {"members"}))
def test_a_missing_field_is_an_error(field: str) -> None:
    values = asdict(CARD)
    del values[field]
    with pytest.raises(WeightsError, match=field):
        parse_card(json.dumps(values))


@pytest.mark.parametrize(
    ("field", "value"),
    [("temperature", "1"), ("temperature", True), ("parameters", 1.5), ("figures", []), ("made", 3), ("more", 1)],
)
def test_a_field_of_another_kind_is_an_error(field: str, value: Any) -> None:
    with pytest.raises(WeightsError, match=field):
        parse_card(json.dumps(asdict(CARD) | {field: value}))


@pytest.mark.parametrize("temperature", [0, -1, float("inf"), float("nan")])
def test_a_temperature_that_is_none_is_an_error(temperature: float) -> None:
    with pytest.raises(WeightsError, match="above 0"):
        parse_card(replace(CARD, temperature=temperature).to_json())


@pytest.mark.parametrize("text", ["", "[]", "{", '"card"', "null"])
def test_a_text_that_is_no_card_is_an_error(text: str) -> None:
    with pytest.raises(WeightsError, match=r"card\.json"):
        parse_card(text)


def test_replacing_a_file_leaves_only_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    for content in (b"old", b"new"):
        replace_file(path, content)
    assert [file.name for file in tmp_path.iterdir()] == ["card.json"]
    assert path.read_bytes() == b"new"
