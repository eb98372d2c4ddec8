"""The architectures; the only file that describes one. Imports Keras, so only training imports this file."""

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

DROPOUT = 0.3


def build() -> "keras.Model":
    """Return the compact digit network, not yet trained.

    Seven conv-BN-ReLU layers with strides in place of pooling, global average, one dense layer (the all-convolutional
    net of Springenberg et al., 2015, made small). Input (N, 28, 28, 2) float32 in 0..1, a glyph and its surroundings,
    white ink on black; output (N, 11) logits.
    """
    import keras
    from keras import layers

    view = keras.Input((SIDE, SIDE, CHANNELS), name="view")
    x = view
    for filters, stride in STAGES:
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(DROPOUT)(x)
    return keras.Model(view, layers.Dense(CLASSES, name="logits")(x), name="digits")


def count_multiply_adds(network: "keras.Model") -> int:
    """Return the multiply-adds of one glyph, counted over the convolutions and dense layers."""
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
    return total
