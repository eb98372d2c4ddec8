"""Several networks as one: a committee of them, or one network whose weights are their mean.

Members that were trained on different pictures err on different glyphs (Hansen and Salamon, 1990); a committee costs as
much as all its members. The mean of the weights costs one network's time, and is good where one member was trained on
from the other (Wortsman et al., 2022). Needs the [train] extra.
"""

from collections.abc import Sequence

import keras

from model.context import CHANNELS
from model.glyph import SIDE

LEAST = 1e-7
"""Probabilities are held above this, so that their logarithms stay finite."""


def join(members: Sequence[keras.Model]) -> keras.Model:
    """Return one network whose logits are the logarithms of the members' mean probabilities.

    members: networks that take views (N, 28, 28, 2), or glyphs alone (N, 28, 28, 1), and give (N, 11) logits.
    Raises ValueError when there are none.
    """
    if not members:
        raise ValueError("a committee needs at least one network")
    view = keras.Input((SIDE, SIDE, CHANNELS), name="view")
    opinions = []
    for number, member in enumerate(members):
        member.name = f"member_{number}"
        sees = view if member.input_shape[-1] == CHANNELS else view[..., :1]
        opinions.append(keras.layers.Softmax()(member(sees)))
    mean = opinions[0] if len(opinions) == 1 else keras.layers.Average()(opinions)
    return keras.Model(view, keras.ops.log(keras.ops.maximum(mean, LEAST)), name="committee")


def blend(first: keras.Model, second: keras.Model, share: float) -> keras.Model:
    """Return the network whose weights are the mean of both, of which `share` (0..1) is the second's; `first` is gone.

    Raises ValueError when the two are not built alike.
    """
    ours, theirs = first.get_weights(), second.get_weights()
    if [one.shape for one in ours] != [other.shape for other in theirs]:
        raise ValueError("two networks can be blended only when they are built alike: go on from one with --start")
    first.set_weights([(1 - share) * one + share * other for one, other in zip(ours, theirs, strict=True)])
    return first
