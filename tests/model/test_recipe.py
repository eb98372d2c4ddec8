"""Recipes in files."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from model.errors import DataError
from model.recipe import LIMITS, OF_A_RUN, Recipe, read_recipe, write_recipe


def test_a_recipe_survives_its_file(tmp_path: Path) -> None:
    recipe = Recipe(width=0.5, depth=4, rate=0.004, batch=64, network="lstm", patience=2)
    write_recipe(tmp_path / "recipe.json", recipe)
    assert read_recipe(tmp_path / "recipe.json") == recipe


def test_what_a_file_leaves_out_is_as_usual(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text('{"depth": 5}')
    assert read_recipe(tmp_path / "recipe.json") == Recipe(depth=5)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"depth": 8}, "depth is 8, expected 3 to 7"),
        ({"depth": 4.5}, r"depth is 4.5, expected a number \(int\)"),
        ({"rate": float("nan")}, "rate is nan"),
        ({"rate": "fast"}, "rate is 'fast'"),
        ({"batch": True}, "batch is True"),
        ({"network": 3}, "network is 3, expected a word"),
        ({"start": "ab"}, "start is no part of a recipe"),
        ({"layers": 3}, "layers is no part"),
        ([1], "list is no part"),
    ],
)
def test_what_makes_no_sense_is_told(tmp_path: Path, values: Any, said: str) -> None:
    (tmp_path / "recipe.json").write_text(json.dumps(values))
    with pytest.raises(DataError, match=said):
        read_recipe(tmp_path / "recipe.json")


@pytest.mark.parametrize("text", ["", "{", "\xff"])
def test_what_is_no_json_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "recipe.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match="no recipe in JSON"):
        read_recipe(tmp_path / "recipe.json")


def test_every_number_has_its_limits() -> None:
    numbers = {field.name for field in fields(Recipe) if field.type is not str}
    assert numbers - OF_A_RUN == set(LIMITS)
    usual = Recipe()
    assert all(least <= getattr(usual, name) <= most for name, (least, most) in LIMITS.items())
