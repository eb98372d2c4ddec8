"""The architecture of the network that reads a row as a whole. Imports Keras, so only training imports this file."""

from typing import TYPE_CHECKING

import numpy as np

from model.network import CLASSES
from model.strip import CHANNELS, HEIGHT

if TYPE_CHECKING:
    import keras

DROPOUT = 0.2

MOMENTUM = 0.98
"""Of the batch normalisation's running means: a run has a few thousand steps."""


MORE = "more-"
"""Names of what stands in the residual blocks begin so: a network without them can be grown."""


def build_row_network(width: int | None = None) -> "keras.Model":
    """Return the row network, not yet trained.

    Convolutions down to one row of frames, each FRAME pixels wide, and then along that row: a frame sees about 54
    pixels to both sides, a digit and its neighbours. Nothing recurrent, so that it is fast (fully convolutional readers
    of text lines: Yousef et al., 2020). width: of the strips, in pixels; None takes any. Input (N, HEIGHT, W, 3)
    float32 in 0..1; output (N, W / FRAME, 11) logits: which digit has its middle in the frame; the last: none has.
    """
    import keras
    from keras import layers

    strip = keras.Input((HEIGHT, width, CHANNELS), name="strip")
    x = layers.MaxPooling2D(2)(_convolve(strip, 16, 3))
    x = layers.MaxPooling2D(2)(_convolve(x, 32, 3))
    x = _refine(_convolve(_convolve(x, 64, 3), 64, 3), "strokes", 64, 3)
    x = _refine(_convolve(layers.MaxPooling2D((2, 1))(x), 96, 3), "shapes", 96, 3)
    x = _convolve(layers.ZeroPadding2D(((0, 0), (1, 1)))(x), 128, (4, 3), "valid")  # the four rows left become one
    x = _refine(x, "digits", 384, 1)
    x = _refine(_convolve(_convolve(x, 128, (1, 5)), 128, (1, 5)), "row", 384, 1)
    x = layers.Conv2D(CLASSES, 1, name="logits")(layers.Dropout(DROPOUT)(x))
    return keras.Model(strip, layers.Reshape((-1, CLASSES))(x), name="rows")


def grow(network: "keras.Model") -> "keras.Model | None":
    """Return the row network that says what one says that has no residual blocks, or knows fewer channels.

    What they add begins as nothing (Chen, Goodfellow and Shlens, 2016: Net2Net). None where it has other layers.
    """
    grown = build_row_network()
    old = [layer for layer in network.layers if layer.weights]
    has_blocks = any(layer.name.startswith(MORE) for layer in old)
    alike = [layer for layer in grown.layers if layer.weights and (has_blocks or not layer.name.startswith(MORE))]
    values = [layer.get_weights() for layer in old]
    if values and values[0] and values[0][0].ndim == 4:
        kernel = values[0][0]
        values[0][0] = np.pad(kernel, ((0, 0), (0, 0), (0, max(0, CHANNELS - kernel.shape[2])), (0, 0)))
    expected = [[each.shape for each in layer.get_weights()] for layer in alike]
    if [[each.shape for each in layer] for layer in values] != expected:
        return None
    for layer, before in zip(alike, values, strict=True):
        layer.set_weights(before)
    return grown


def _convolve(
    x: "keras.KerasTensor", filters: int, size: int | tuple[int, int], pad: str = "same"
) -> "keras.KerasTensor":
    from keras import layers

    x = layers.Conv2D(filters, size, padding=pad, use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(x))


def _refine(x: "keras.KerasTensor", block: str, filters: int, size: int) -> "keras.KerasTensor":
    """Add what two convolutions say, with so many filters between them: a residual block (He et al., 2016).

    It begins as nothing: in a new network the layers around it learn first, and a grown one says what it said before.
    """
    from keras import layers

    name = MORE + block
    y = layers.Conv2D(filters, size, padding="same", use_bias=False, name=f"{name}-into")(x)
    y = layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}-between")(y))
    y = layers.Conv2D(x.shape[-1], size, padding="same", use_bias=False, name=f"{name}-out")(y)
    y = layers.BatchNormalization(momentum=MOMENTUM, gamma_initializer="zeros", name=f"{name}-scale")(y)
    return layers.ReLU()(layers.Add()([x, y]))
