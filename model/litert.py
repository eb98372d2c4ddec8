"""Networks behind LiteRT: a .tflite file and the card that describes it, read, checked, and made ready to run."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.card import Card, parse_card
from model.errors import WeightsError
from model.native import silenced_stderr

Shape = tuple[int, ...]


def find_weights(folder: Path | None) -> Traversable:
    """Return where weights lie: in the folder, or, for None, in the package."""
    return resources.files("model") / "weights" if folder is None else folder


def read_weights(place: Traversable, name: str, card_name: str, remedy: str) -> tuple[bytes, Card]:
    """Return a network's bytes and its card. remedy: how to make them anew. Raises WeightsError."""
    try:
        content, text = (place / name).read_bytes(), (place / card_name).read_text(encoding="utf-8")
    except OSError as error:
        raise WeightsError(
            f"the trained weights are not there ({error}). Install digitlens again, or train them: {remedy}."
        ) from error
    card = parse_card(text)
    if hashlib.sha256(content).hexdigest() != card.weights_sha256:
        raise WeightsError(
            f"{card_name} describes another {name} than the one beside it. Install digitlens again, or make the "
            f"weights again: {remedy}."
        )
    return content, card


def open_interpreter(content: bytes, name: str, takes: Shape, gives: Shape, threads: int) -> Any:
    """Return LiteRT's interpreter of a network, ready to run; it belongs to one thread.

    content: the bytes of the .tflite called `name`. takes, gives: the shapes of one input and of its output, without
    the batch. Raises WeightsError when it is another network, or none.
    """
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_content=content, num_threads=threads)
        with silenced_stderr():  # LiteRT says on every start that it works
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise WeightsError(f"{name} cannot be used ({error}). Install digitlens again.") from error
    details = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    shapes = tuple(tuple(int(side) for side in each["shape"][1:]) for each in details)
    if shapes != (takes, gives):
        raise WeightsError(
            f"{name} takes and gives shapes {shapes}, expected {takes} and {gives}. Install digitlens again."
        )
    return interpreter


class Runner:
    """A network that is ready to run, which takes batches of any size. Belongs to one thread."""

    def __init__(self, interpreter: Any, answer: int | None = None) -> None:
        """interpreter: LiteRT's. answer: the number of the tensor that is asked for; None for the network's output."""
        self._interpreter, self._size = interpreter, 1
        self.input: dict[str, Any] = interpreter.get_input_details()[0]
        self.output: dict[str, Any] = interpreter.get_output_details()[0]
        self._answer = self.output["index"] if answer is None else answer

    def run(self, batch: NDArray[Any]) -> NDArray[Any]:
        """(N, ...) in the input's number type -> (N, ...) in the output's."""
        place = self.input["index"]
        if len(batch) != self._size:
            self._interpreter.resize_tensor_input(place, batch.shape)
            self._interpreter.allocate_tensors()
            self._size = len(batch)
        self._interpreter.set_tensor(place, batch)
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._answer))
