"""Row network: Keras -> LiteRT, checked against the Keras network, with its calibration and card. Needs [train]."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from model import __version__
from model.card import Card, Source, replace_file
from model.classifier import softmax
from model.data import NOT_A_DIGIT, Glyphs
from model.errors import ExportError
from model.evaluate import measure_calibration_error
from model.export import LEAST_AGREEMENT, convert, describe_machine, fit_temperature, list_versions, measure_agreement
from model.network import count_multiply_adds
from model.row_network import build_row_network
from model.row_train import RowRecipe, split_strips
from model.rows import CARD, WEIGHTS, WIDTH, RowNetwork, lay_end_to_end, put_together
from model.strip import DIGIT, LabelledStrip, Strips
from model.windows import aim


def export_rows(
    network: keras.Model, strips: Sequence[Strips], digits: Sequence[Glyphs], recipe: RowRecipe, folder: Path
) -> Card:
    """Leave rows.tflite and rows-card.json in the folder.

    strips, digits, recipe: what the network was trained with; the strips held out check and calibrate it. Raises
    ExportError when the exported network disagrees with the Keras one.
    """
    fixed = build_row_network(WIDTH)
    fixed.set_weights(network.get_weights())
    content = convert(fixed)
    held = split_strips(strips)[1]
    windows, places = lay_end_to_end([strip.image for strip in held])
    theirs = put_together(list(fixed.predict(windows, batch_size=8, verbose=0)), places)
    logits, labels = pick_judged(RowNetwork(content).run([strip.image for strip in held]), held)
    agreement = measure_agreement(pick_judged(theirs, held)[0], logits)
    if agreement < LEAST_AGREEMENT:
        raise ExportError(
            f"the exported network agrees with the Keras one on {agreement:.2%} of the held-out frames, expected "
            f"{LEAST_AGREEMENT:.1%}. Train for longer."
        )
    temperature = fit_temperature(logits, labels)
    scores = softmax(logits / np.float32(temperature))
    has_digit = labels != NOT_A_DIGIT
    card = Card(
        digitlens=__version__,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=describe_machine(),
        versions=list_versions(),
        data=(
            *(Source(source.name, source.sha256, len(source.labels)) for source in digits),
            *(Source(source.name, source.sha256, len(source.items)) for source in strips),
        ),
        recipe=asdict(recipe),
        parameters=network.count_params(),
        multiply_adds=round(count_multiply_adds(fixed) * DIGIT / WIDTH),
        weights_sha256=hashlib.sha256(content).hexdigest(),
        temperature=round(temperature, 4),
        figures={
            "agreement_with_keras": agreement,
            "validation_digits_found": round(float((logits.argmax(axis=1) == labels)[has_digit].mean()), 5),
            "validation_calibration_error": round(measure_calibration_error(scores, labels), 5),
        },
    )
    replace_file(folder / WEIGHTS, content)
    replace_file(folder / CARD, card.to_json().encode())
    return card


def pick_judged(
    answers: Sequence[NDArray[np.float32]], strips: Sequence[LabelledStrip]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the logits (N, 11) and labels (N,) of all frames that have one right answer.

    answers: (F, 11) of each strip.
    """
    allowed = np.concatenate([aim(strip.marks, len(answer)) for answer, strip in zip(answers, strips, strict=True)])
    judged = allowed.sum(axis=1) == 1
    return np.concatenate(answers)[judged], allowed[judged].argmax(axis=1)
