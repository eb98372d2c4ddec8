"""The digits that are drawn to measure with are held out by the splits of the shipped networks' trainings."""

import json
from importlib.resources import files

import numpy as np
import pytest

from bench.datasets import SPLIT_SEEDS, hold_out
from model.data import Glyphs, split


@pytest.mark.parametrize("card", ["card.json", "rows-card.json"])
def test_the_last_training_of_the_shipped_networks_held_them_out(card: str) -> None:
    recipe = json.loads(files("model.weights").joinpath(card).read_text("utf-8"))["recipe"]
    assert recipe["seed"] in SPLIT_SEEDS


def test_no_split_trains_on_what_is_held_out() -> None:
    tagged = np.zeros((60_000, 28, 28), np.uint8)
    tagged[:, 0, 0], tagged[:, 0, 1] = np.arange(60_000) % 251, np.arange(60_000) // 251
    mnist = Glyphs(tagged, np.zeros(60_000, np.int64), sha256="")
    held = {tuple(pixels) for pixels in hold_out(mnist).images[:, 0, :2].tolist()}
    assert 300 < len(held) < 600
    for seed in SPLIT_SEEDS:
        trained = {tuple(pixels) for pixels in split(mnist, seed)[0].images[:, 0, :2].tolist()}
        assert not held & trained
