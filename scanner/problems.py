"""What is wrong with a picture, said to the person who can take a better one, and with what a form says."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scanner.reading import Field

LEAST_HEIGHT = 16
"""Digits need about this many pixels of height to be told apart."""

DARKEST_PAPER = 45
"""Where the brightest hundredth of a picture is darker than this (0..255), noise outweighs ink."""

BRIGHTEST_SHARE = 99.0
"""The percentile that stands for the brightest part of a picture."""


def find_problems(grey: NDArray[np.uint8], is_crowded: bool = False) -> tuple[str, ...]:
    """Return one sentence for each reason why a picture can hardly be read.

    grey: (H, W) uint8, as stored. is_crowded: whether it holds more pieces of ink than are looked at.
    """
    height, width = grey.shape
    problems = []
    if height < LEAST_HEIGHT:
        problems.append(
            f"The picture is {width}x{height} pixels; digits need at least {LEAST_HEIGHT} pixels of height."
        )
    brightest = float(np.percentile(grey[:: max(1, height // 200), :: max(1, width // 200)], BRIGHTEST_SHARE))
    if brightest < DARKEST_PAPER:
        problems.append(f"The picture is too dark (brightest {brightest:.0f} of 255). More light on the page helps.")
    if is_crowded:
        problems.append(
            "The picture holds more pieces of ink than a page of writing, and only the highest were read. "
            "Cut out what was written."
        )
    return tuple(problems)


def to_problems(fields: Sequence[Field]) -> tuple[str, ...]:
    """Return what a person must look at, a sentence for each field that is not valid."""
    return tuple(f"{field.name}: {field.reason}." for field in fields if not field.valid)
