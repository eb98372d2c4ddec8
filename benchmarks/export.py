"""Which number types to export: what each loses against Keras, its size, and its cost per glyph, in one run.

    python -m benchmarks.export mnist.npz [FOLDER]

FOLDER holds digits.keras (model/weights). Agreement is counted on held-out digits, and on glyphs as the pipeline cuts
them.
"""

import contextlib
import os
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier import LiteRTNetwork
from model.data import load_mnist, split
from model.export import KIND, KINDS, convert, measure_agreement, predict
from model.recipe import Recipe
from model.train import load, make_validation

TIMED = 250
"""Glyphs in one timed call."""

ROUNDS = 15
"""Timed calls; the fastest counts, for the others were disturbed."""


def main(data: Path, folder: Path) -> None:
    """Print one row for each kind of export."""
    network, mnist = load(folder), load_mnist(data)
    fit, held = split(mnist, Recipe.seed)
    cut = make_validation(mnist, Recipe())
    wanted_held, wanted_cut = predict(network, held.images), predict(network, cut.images)
    with contextlib.redirect_stdout(sys.stderr):  # the converter talks
        files = {kind: convert(network, kind, fit.images) for kind in KINDS}
    networks = {kind: LiteRTNetwork(file) for kind, file in files.items()}
    costs = measure_costs(networks, held.images[:TIMED])
    print(
        f"{'kind':10}{'held-out':>10}{'cut':>10}{'size':>8}{'cost':>8}{'ms/glyph':>10}   (size and cost: float32 is 1)"
    )
    for kind, exported in networks.items():
        agreement = measure_agreement(wanted_held, exported.run(held.images))
        agreement_cut = measure_agreement(wanted_cut, exported.run(cut.images))
        size, cost = len(files[kind]) / len(files["float32"]), costs[kind] / costs["float32"]
        chosen = "   <- exported" if kind == KIND else ""
        print(f"{kind:10}{agreement:10.4%}{agreement_cut:10.4%}{size:8.2f}{cost:8.2f}{costs[kind]:10.3f}{chosen}")


def measure_costs(networks: dict[str, LiteRTNetwork], glyphs: NDArray[np.uint8]) -> dict[str, float]:
    """Return the milliseconds per glyph on one thread; the kinds take turns, so that a busy moment hits them all."""
    best = dict.fromkeys(networks, np.inf)
    for _ in range(ROUNDS):
        for kind, network in networks.items():
            start = time.perf_counter()
            network.run(glyphs)
            best[kind] = min(best[kind], (time.perf_counter() - start) / len(glyphs) * 1000)
    return best


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path("model/weights"))
