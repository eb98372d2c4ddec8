"""The list of cameras, and what is said when one does not answer."""

from pathlib import Path

import numpy as np
import pytest

from realtime.capture import Capture, FakeCapture
from realtime.devices import MOST_PROBED, Device, explain_camera, list_devices, read_names
from realtime.frame import CameraError

IMAGE = np.zeros((480, 640, 3), np.uint8)


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """Linux's folder: a camera with its metadata device, another camera, and one that is no number."""
    for entry, name, index in (("video10", "Lamp Cam", "0"), ("video0", "Desk Cam", "0"), ("video1", "Desk Cam", "1")):
        (tmp_path / entry).mkdir()
        (tmp_path / entry / "name").write_text(name + "\n")
        (tmp_path / entry / "index").write_text(index + "\n")
    (tmp_path / "videoX").mkdir()
    return tmp_path


def test_linux_names_its_cameras(names: Path) -> None:
    assert read_names(names) == [(0, "Desk Cam"), (10, "Lamp Cam")]
    assert read_names(names / "none") == []


def test_each_camera_is_looked_through_and_closed(names: Path) -> None:
    captures: dict[str, FakeCapture] = {"0": FakeCapture([None, IMAGE], fps=30)}

    def open_one(source: str) -> Capture:
        if source not in captures:
            raise CameraError("busy")
        return captures[source]

    assert list(list_devices(open_one, names, "linux")) == [
        Device(0, "Desk Cam", "640x480 at 30 fps"),
        Device(10, "Lamp Cam", "gives no picture: in use, or no permission"),
    ]
    assert captures["0"].released


def test_where_no_names_are_known_numbers_are_tried() -> None:
    asked = []

    def open_one(source: str) -> Capture:
        asked.append(source)
        if source != "1":
            raise CameraError("none")
        return FakeCapture([IMAGE], fps=-1)

    assert list(list_devices(open_one, platform="darwin")) == [Device(1, "", "640x480")]
    assert asked == [str(number) for number in range(MOST_PROBED)]


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        ("darwin", "System Settings, Privacy & Security, Camera"),
        ("win32", "--backend msmf"),
        ("linux", "there are 0 ("),
    ],
)
def test_what_to_do_depends_on_the_platform(platform: str, said: str, names: Path) -> None:
    sentence = explain_camera("98", platform, names)
    assert sentence.startswith("camera 98: no camera answers")
    assert said in sentence


def test_a_machine_without_cameras_is_told_of_the_demo(tmp_path: Path) -> None:
    assert "--source demo" in explain_camera("98", "linux", tmp_path)


def test_a_device_that_is_there_is_told_to_be_in_use(names: Path) -> None:
    assert "Close what else uses it" in explain_camera("/dev/null", "linux", names)
