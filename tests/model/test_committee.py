"""A committee says the mean of what its members say."""

import numpy as np
import pytest

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
