"""Sources: films, devices, addresses, and what is said when there is nothing to see."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.arguments import BACKENDS as NAMED_BACKENDS
from realtime.camera import BACKENDS, Setting, is_device, is_live, is_url, list_settings, open_capture, open_source
from realtime.capture import FakeCapture
from realtime.frame import CameraError, Frame
from scanner.errors import ExitCode


def frames_of(source: Path | str) -> list[Frame]:
    with open_source(str(source)) as frames:
        return list(frames)


@pytest.mark.parametrize("source", ["0", "12", "/dev/video0", "/dev/null"])
def test_devices(source: str) -> None:
    assert is_device(source)


@pytest.mark.parametrize("source", ["film.mp4", "0.mp4", "-1", "/dev/shm", "http://host/0"])
def test_no_devices(source: str) -> None:
    assert not is_device(source)


@pytest.mark.parametrize(
    ("source", "expected"), [("http://host/a", True), ("rtsp://h", True), ("C:\\film.mp4", False), ("a/b.mp4", False)]
)
def test_addresses(source: str, expected: bool) -> None:
    assert is_url(source) is expected


def test_a_film_gives_all_its_frames_with_its_own_times(
    page: NDArray[np.uint8], write_film: Callable[..., Path]
) -> None:
    path = write_film([page] * 6)
    frames = frames_of(path)
    assert [frame.number for frame in frames] == [1, 2, 3, 4, 5, 6]
    assert [round(frame.time, 2) for frame in frames] == [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert frames[0].image.shape == page.shape
    assert frames[0].source == str(path)
    assert not frames[0].still


def test_a_camera_is_asked_by_its_number_and_closed_at_the_end() -> None:
    capture = FakeCapture([np.zeros((2, 2, 3), np.uint8)] * 3)
    asked = []
    with open_source("3", opener=lambda source: asked.append(source) or capture) as frames:  # type: ignore[func-returns-value]
        assert next(frames).source == "3"
    assert asked == ["3"]
    assert capture.released


def refused(source: Path | str) -> str:
    with pytest.raises(CameraError) as caught:
        frames_of(source)
    assert caught.value.exit_code == ExitCode.SOME_FAILED
    return str(caught.value)


def test_a_missing_camera_is_named() -> None:
    assert "camera 98: no camera answers" in refused("98")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "no such file or folder" in refused(tmp_path / "none.mp4")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert "empty" in refused(tmp_path / "empty.mp4")


def test_a_file_that_is_no_film_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    assert "no film that can be read" in refused(tmp_path / "text.mp4")


def test_an_address_without_a_sender_is_named() -> None:
    assert "no video comes from this address" in refused("http://127.0.0.1:9/stream")


def test_a_film_cut_short_is_told(page: NDArray[np.uint8], write_film: Callable[..., Path]) -> None:
    path = write_film([page] * 60)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "breaks off" in refused(path)


def test_opencv_keeps_its_own_warnings_to_itself(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    look = """
import contextlib, sys
from realtime.camera import open_source
from realtime.capture import FakeCapture
from realtime.frame import CameraError
for source in sys.argv[1:]:
    with contextlib.suppress(CameraError), open_source(source) as frames:
        next(frames)
"""
    sources = [str(tmp_path / "text.mp4"), "98", "http://127.0.0.1:9/stream"]
    done = subprocess.run([sys.executable, "-c", look, *sources], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_camera_is_told_what_was_asked_for_and_nothing_else() -> None:
    assert list_settings(cv2.CAP_V4L2, Setting()) == []
    wide = dict(list_settings(cv2.CAP_V4L2, Setting(size=(1920, 1080), fps=30)))
    assert wide[cv2.CAP_PROP_FRAME_WIDTH] == 1920
    assert wide[cv2.CAP_PROP_FRAME_HEIGHT] == 1080
    assert wide[cv2.CAP_PROP_FPS] == 30
    assert list_settings(cv2.CAP_V4L2, Setting(focus=12)) == [(cv2.CAP_PROP_AUTOFOCUS, 0), (cv2.CAP_PROP_FOCUS, 12)]
    by_hand = list_settings(cv2.CAP_V4L2, Setting(exposure=0))
    assert by_hand == [(cv2.CAP_PROP_AUTO_EXPOSURE, 1.0), (cv2.CAP_PROP_EXPOSURE, 0)]
    assert list_settings(cv2.CAP_AVFOUNDATION, Setting(exposure=3)) == [(cv2.CAP_PROP_EXPOSURE, 3)]


def test_the_command_knows_the_back_ends_that_the_camera_knows() -> None:
    assert set(NAMED_BACKENDS) == set(BACKENDS)


def test_frames_are_turned_left_to_right_only_when_asked() -> None:
    image = np.zeros((2, 3, 3), np.uint8)
    image[:, 0] = 255

    def first(setting: Setting) -> NDArray[np.uint8]:
        with open_source("0", setting, opener=lambda source: FakeCapture([image] * 5)) as frames:
            return next(frames).image

    assert (first(Setting()) == image).all()
    mirrored = first(Setting(is_mirrored=True))
    assert (mirrored == image[:, ::-1]).all()
    assert mirrored.flags.c_contiguous


def test_the_demo_is_a_camera_that_every_machine_has() -> None:
    assert is_live("demo")
    assert not is_live("./demo")
    with open_source("demo", Setting(size=(320, 180), fps=60)) as frames:
        frame = next(frames)
    assert frame.image.shape == (180, 320, 3)
    assert (frame.number, frame.fps, frame.total) == (1, 60, 0)


def test_a_camera_that_is_not_there_is_refused_by_every_back_end() -> None:
    with pytest.raises(CameraError, match="camera 97"):
        open_capture("97", Setting(backend="any"))
