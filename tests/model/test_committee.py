"""A committee says the mean of what its members say."""

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    import keras

pytest.importorskip("keras")


def test_the_committee_says_the_mean_of_its_members() -> None:
    import keras

    from model.classifier import softmax
    from model.committee import join

    def make_member(channels: int, seed: int) -> keras.Model:
        keras.utils.set_random_seed(seed)
        picture = keras.Input((28, 28, channels))
        return keras.Model(picture, keras.layers.Dense(11)(keras.layers.Flatten()(picture)))

    sees_both, sees_one = make_member(2, 1), make_member(1, 2)
    views = np.random.default_rng(0).random((5, 28, 28, 2)).astype(np.float32)
    said = np.asarray(join([sees_both, sees_one])(views))
    members = [softmax(np.asarray(sees_both(views))), softmax(np.asarray(sees_one(views[..., :1])))]
    assert np.exp(said) == pytest.approx(np.mean(members, axis=0), abs=1e-5)


def test_nobody_is_no_committee() -> None:
    from model.committee import join

    with pytest.raises(ValueError, match="at least one"):
        join([])


def make_network(filters: int, seed: int) -> "keras.Model":
    import keras

    keras.utils.set_random_seed(seed)
    view = keras.Input((28, 28, 2))
    x = keras.layers.BatchNormalization()(keras.layers.Conv2D(filters, 3)(view))
    return keras.Model(view, keras.layers.Dense(11)(keras.layers.GlobalAveragePooling2D()(x)))


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_blend_has_the_mean_of_the_weights(share: float) -> None:
    from model.committee import blend

    first, second = make_network(4, 1), make_network(4, 2)
    one, other = first.get_weights(), second.get_weights()
    for mean, a, b in zip(blend(first, second, share).get_weights(), one, other, strict=True):
        assert mean == pytest.approx((1 - share) * a + share * b, abs=1e-6)


def test_networks_that_are_not_alike_do_not_blend() -> None:
    from model.committee import blend, join

    for other in (make_network(5, 1), join([make_network(4, 1), make_network(4, 2)])):
        with pytest.raises(ValueError, match="built alike"):
            blend(make_network(4, 1), other, 0.5)
