"""The architectures; the only file that describes one. Imports Keras, so only training imports this file.

`build` is the network in the package. The others in ARCHITECTURES are those that reports on MNIST usually train; bench
measures them beside it. All take (N, 28, 28, channels) float32 in 0..1, white ink on black, and give (N, classes)
logits.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from model.context import CHANNELS
from model.glyph import SIDE

if TYPE_CHECKING:
    import keras

CLASSES = 11
"""Ten digits and, last, "not a digit"."""

STAGES = ((24, 1), (32, 2), (48, 1), (64, 2), (96, 1), (96, 1), (128, 2))
"""Filters and stride of each 3x3 convolution: 28 -> 14 -> 7 -> 4 pixels a side."""

FIRST_LEFT_OUT = (5, 4, 2, 0)
"""Stages that shallower networks do without, in this order: those that keep the size of the picture."""

DROPOUT = 0.3


def plan_stages(width: float, depth: int) -> tuple[tuple[int, int], ...]:
    """Return STAGES with fewer of them (depth 3 to 7), and `width` times the filters, in whole eighths."""
    left_out = FIRST_LEFT_OUT[: len(STAGES) - depth]
    kept = (stage for i, stage in enumerate(STAGES) if i not in left_out)
    return tuple((max(8, 8 * round(width * filters / 8)), stride) for filters, stride in kept)


def price(width: float, depth: int, kernel: int) -> int:
    """Return the multiply-adds of one glyph that `build` would cost, without building it."""
    total, side, channels = 0, SIDE, CHANNELS
    for filters, stride in plan_stages(width, depth):
        side = -(-side // stride)
        total += side * side * filters * kernel * kernel * channels
        channels = filters
    return total + channels * CLASSES


def build(
    channels: int = CHANNELS,
    classes: int = CLASSES,
    width: float = 1.0,
    depth: int = len(STAGES),
    kernel: int = 3,
    dropout: float = DROPOUT,
) -> "keras.Model":
    """Return the compact digit network, not yet trained.

    Seven conv-BN-ReLU layers with strides in place of pooling, global average, one dense layer (the all-convolutional
    net of Springenberg et al., 2015, made small). Input (N, 28, 28, channels) float32 in 0..1, a glyph and its
    surroundings, white ink on black; output (N, classes) logits. width, depth: as in `plan_stages`. kernel: side of the
    convolutions, in pixels. dropout: before the dense layer, 0..1.
    """
    import keras
    from keras import layers

    view = keras.Input((SIDE, SIDE, channels), name="view")
    x = view
    for filters, stride in plan_stages(width, depth):
        x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    return keras.Model(view, layers.Dense(classes, name="logits")(x), name="digits")


def build_chain(stages: str, channels: int, classes: int) -> "keras.Model":
    """Return layers in a row, not yet trained, ended by a dense layer of `classes`.

    stages: words, each a layer. c64x3: convolution of 64 filters 3x3 and ReLU, without a margin; m: halving by maximum;
    d128: dense of 128 and ReLU, flattened before; drop0.5: dropout.
    """
    import keras
    from keras import layers

    chain = [keras.Input((SIDE, SIDE, channels), name="glyph")]
    for word in stages.split():
        if word == "m":
            chain.append(layers.MaxPooling2D(pool_size=2))
        elif word.startswith("drop"):
            chain.append(layers.Dropout(float(word[4:])))
        elif word.startswith("d"):
            chain += [layers.Flatten(), layers.Dense(int(word[1:]), activation="relu")]
        else:
            filters, side = map(int, word[1:].split("x"))
            chain.append(layers.Conv2D(filters, side, activation="relu"))
    return keras.Sequential([*chain, layers.Flatten(), layers.Dense(classes, name="logits")])


def build_lenet(channels: int, classes: int) -> "keras.Model":
    """Return LeNet-5 as it is usually built anew: tanh, mean pooling, dense 120 and 84 (LeCun et al., 1998)."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, channels), name="glyph"),
            layers.Conv2D(6, 5, padding="same", activation="tanh"),
            layers.AveragePooling2D(pool_size=2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(pool_size=2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(classes, name="logits"),
        ]
    )


def build_lstm(channels: int, classes: int) -> "keras.Model":
    """Return a recurrent network that reads a glyph row by row (Hochreiter and Schmidhuber, 1997)."""
    import keras
    from keras import layers

    rows = (SIDE, SIDE * channels)
    lstm = layers.LSTM(RECURRENT, unroll=True)  # LiteRT cannot run the loop for any number of glyphs
    glyph = keras.Input((SIDE, SIDE, channels), name="glyph")
    return keras.Sequential([glyph, layers.Reshape(rows), lstm, layers.Dense(classes, name="logits")])


RECURRENT = 128
"""Units of the recurrent network."""

ARCHITECTURES: Mapping[str, Callable[[int, int], "keras.Model"]] = {
    "mlp": partial(build_chain, "d128 d128"),
    "small-conv": partial(build_chain, "c8x5 m c16x5 m d128 drop0.5"),
    "two-pools": partial(build_chain, "c32x3 m c64x3 m c64x3 d64"),
    "three-pools": partial(build_chain, "c64x3 m c64x3 m c64x3 m d64 d32"),
    "no-pool": partial(build_chain, "c64x3 c32x3"),
    "lenet-5": build_lenet,
    "lstm": build_lstm,
    "compact": build,
}
"""Functions of (channels, classes), by name; "compact" is the one in the package."""


def count_multiply_adds(network: "keras.Model") -> int:
    """Return the multiply-adds of one glyph, counted over convolutions, dense and recurrent layers."""
    import keras

    total = 0
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            _, height, width, filters = layer.output.shape
            total += height * width * filters * int(np.prod(layer.kernel.shape[:3]))
        elif isinstance(layer, keras.Model):
            total += count_multiply_adds(layer)
        elif isinstance(layer, keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
        elif isinstance(layer, keras.layers.LSTM):
            steps = layer.input.shape[1]
            total += steps * int(np.prod(layer.cell.kernel.shape) + np.prod(layer.cell.recurrent_kernel.shape))
    return total
