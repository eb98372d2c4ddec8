"""What training knows after each epoch, kept in a file, so that a run that was killed goes on there. Needs [train].

Keras' own BackupAndRestore writes the weights and then the epoch, over those of the epoch before: a kill between the
two leaves weights and a number that do not belong together, and a kill within either leaves nothing. It also forgets
what early stopping knows. Here all of an epoch is one file that appears whole or not at all.
"""

import io
import json
import math
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.errors import StorageError

KEPT = 2
"""Epochs whose file is kept: were the last one damaged by a power cut, the one before it is there."""

Arrays = list[NDArray[Any]]


@dataclass(frozen=True)
class Progress:
    """How far training has come."""

    done: int = 0
    """Whole epochs."""
    best: int = 0
    """The epoch, from 1, that did best on the held-out digits; 0 before the first."""
    accuracy: float = -1.0
    """Of that epoch, 0..1; -1 where nothing is held out, so that no epoch is better than another."""
    loss: float = float("inf")
    """Of that epoch."""

    def add(self, accuracy: float, loss: float) -> "Progress":
        """Return the progress with one epoch more: the better has the higher accuracy, and of equals the lower loss."""
        done = self.done + 1
        if (accuracy, -loss) > (self.accuracy, -self.loss):
            return Progress(done, done, accuracy, loss)
        return Progress(done, self.best, self.accuracy, self.loss)


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Keeps the state after each epoch, stops when nothing gets better, and brings a state back."""

    def __init__(self, folder: Path, patience: int = 0, tell: Callable[[str], object] = lambda sentence: None) -> None:
        """patience: stop after so many epochs without a better one, and return to that; 0 for never."""
        super().__init__()
        self.folder, self.patience, self.tell = folder, patience, tell
        self.progress = Progress()
        self._best: Arrays = []

    @property
    def is_over(self) -> bool:
        """Whether nothing has become better for too long."""
        return 0 < self.patience <= self.progress.done - self.progress.best

    def restore(self, network: keras.Model) -> int:
        """Bring the network and its optimizer to the last state that is there; return how many epochs are done."""
        network.optimizer.build(network.trainable_variables)
        for path in sorted(self.folder.glob("epoch-*.npz"), reverse=True):
            try:
                with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
                    progress = Progress(**json.loads(str(file["progress"])))
                    state = [file[name] for name in sorted(file.files) if name.startswith("state")]
                    best = [file[name] for name in sorted(file.files) if name.startswith("best")]
                _assign(_list_state(network), state)
            except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
                self.tell(f"{path} is damaged ({error}); training goes on from the epoch before.")
                continue
            self.progress, self._best = progress, best
            return progress.done
        return 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the epoch; Keras calls it. Raises StorageError."""
        logs = logs or {}
        self.progress = self.progress.add(logs.get("val_accuracy", -1.0), logs.get("val_loss", math.inf))
        if self.patience and self.progress.best == self.progress.done:
            self._best = _copy(self.model.variables)
        self._write()
        if self.is_over and self.progress.done < self.params["epochs"]:
            self.model.stop_training = True

    def finish(self, network: keras.Model) -> None:
        """Bring the network to its best epoch, where there is a patience."""
        if self.patience and self._best:
            _assign(network.variables, self._best)
            if self.progress.best < self.progress.done:
                self.tell(
                    f"stopped after epoch {self.progress.done}; the weights are those of epoch {self.progress.best}, "
                    f"the best on the held-out digits ({self.progress.accuracy:.2%})."
                )

    def _write(self) -> None:
        content = io.BytesIO()
        arrays = {f"state-{i:04}": array for i, array in enumerate(_copy(_list_state(self.model)))}
        arrays["progress"] = np.array(json.dumps(asdict(self.progress)))
        arrays |= {f"best-{i:04}": array for i, array in enumerate(self._best)}
        np.savez(content, **arrays)  # type: ignore[arg-type]  # NumPy 2.4 takes the names for its own options
        path = self.folder / f"epoch-{self.progress.done:05}.npz"
        new = path.with_suffix(".new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(content.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
            for old in sorted(self.folder.glob("epoch-*.npz"))[:-KEPT]:
                old.unlink()
        except OSError as error:
            new.unlink(missing_ok=True)
            done = self.progress.done - 1
            kept = f"Epoch {done} is kept: make room, and the same command goes on there" if done else "Make room"
            raise StorageError(f"{path}: epoch {done + 1} cannot be written ({error.strerror}). {kept}.") from error


def _list_state(network: keras.Model) -> list[Any]:
    return [*network.variables, *network.optimizer.variables]


def _copy(variables: list[Any]) -> Arrays:
    return [np.array(keras.ops.convert_to_numpy(variable.value)) for variable in variables]


def _assign(variables: list[Any], arrays: Arrays) -> None:
    """Raises ValueError where they do not belong together."""
    if [tuple(variable.shape) for variable in variables] != [array.shape for array in arrays]:
        raise ValueError("it is of another network")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
