"""A training that is killed, in the middle of an epoch and for good, ends as one that was left alone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.examples import ROOT

WORDS = ("-m", "model", "train", "--epochs", "3", "--patience", "3")

PATIENCE = 300
"""Seconds until what should come has not come."""


def start(mnist: Path, out: Path, *words: str) -> "subprocess.Popen[str]":
    # few batches a second, so that a kill meets the middle of an epoch
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [sys.executable, *WORDS, "--data", str(mnist), "--out", str(out), *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def read_weights(folder: Path) -> list[np.ndarray]:
    from model.train import load

    return [np.asarray(weights) for weights in load(folder).get_weights()]


@pytest.mark.slow
def test_a_killed_training_ends_as_one_that_was_left_alone(mnist_file: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    with start(mnist_file, killed) as process:
        until = time.monotonic() + PATIENCE
        while not list(killed.glob("backup-*/epoch-00001.npz")):
            assert process.poll() is None, process.stdout and process.stdout.read()
            assert time.monotonic() < until
            time.sleep(0.005)
        process.kill()
    assert not (killed / "digits.keras").exists()
    # an export needs more than three epochs on so few digits; the network is there all the same
    said = [process.communicate()[0] for process in (start(mnist_file, killed), start(mnist_file, whole))]
    assert "training goes on from there" in said[0]
    assert "goes on" not in said[1]
    assert list(killed.glob("backup-*")) == []
    for ours, theirs in zip(read_weights(killed), read_weights(whole), strict=True):
        assert np.array_equal(ours, theirs)
