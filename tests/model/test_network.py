"""The bounds on the network's size. Imports Keras, which takes seconds."""

from typing import Any

import numpy as np
import pytest

PARAMETERS = 500_000
MULTIPLY_ADDS = 20_000_000


@pytest.fixture(scope="module")
def network() -> Any:
    from model.network import build

    return build()


def test_the_network_stays_compact(network: Any) -> None:
    from model.network import count_multiply_adds

    assert network.count_params() <= PARAMETERS
    assert 1_000_000 < count_multiply_adds(network) <= MULTIPLY_ADDS


def test_glyphs_in_logits_out(network: Any) -> None:
    from model.classifier import CLASSES

    logits = network(np.zeros((3, 28, 28, 2), np.float32)).numpy()
    assert logits.shape == (3, CLASSES)
    assert network.layers[-1].activation.__name__ == "linear"


def test_multiply_adds_are_those_of_a_known_network() -> None:
    import keras

    from model.network import count_multiply_adds

    layers = [keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3, padding="same"), keras.layers.Flatten()]
    known = keras.Sequential([*layers, keras.layers.Dense(10)])
    assert count_multiply_adds(known) == 8 * 8 * 4 * 9 + 8 * 8 * 4 * 10


def test_the_seed_decides_the_first_weights() -> None:
    import keras

    from model.network import build

    def start(seed: int) -> list[np.ndarray]:
        keras.utils.set_random_seed(seed)
        return build().get_weights()

    assert all(np.array_equal(a, b) for a, b in zip(start(1), start(1), strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(start(1), start(2), strict=True))
