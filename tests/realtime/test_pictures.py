"""Pictures as frames."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.camera import open_source
from realtime.frame import CameraError, Frame
from scanner.errors import ScanError


def frames_of(source: Path) -> list[Frame]:
    with open_source(str(source)) as frames:
        return list(frames)


def test_a_picture_is_one_still_frame(page: NDArray[np.uint8], tmp_path: Path) -> None:
    path = tmp_path / "page.PNG"
    path.write_bytes(cv2.imencode(".png", page)[1].tobytes())
    (frame,) = frames_of(path)
    assert (frame.image == page).all()
    assert (frame.number, frame.time, frame.still) == (1, 0.0, True)


def test_a_folder_is_read_in_natural_order(page: NDArray[np.uint8], tmp_path: Path) -> None:
    data = cv2.imencode(".png", page)[1].tobytes()
    for name in ("page10.png", "page9.png", "Page1.png", "notes.txt"):
        (tmp_path / name).write_bytes(data)
    frames = frames_of(tmp_path)
    assert [Path(frame.source).name for frame in frames] == ["Page1.png", "page9.png", "page10.png"]
    assert [frame.number for frame in frames] == [1, 2, 3]


def test_one_bad_picture_does_not_end_a_folder(page: NDArray[np.uint8], tmp_path: Path) -> None:
    data = cv2.imencode(".png", page)[1].tobytes()
    for name, content in (("1.png", data), ("2.png", data[:300]), ("3.png", data)):
        (tmp_path / name).write_bytes(content)
    with open_source(str(tmp_path)) as frames:
        assert [next(frames).number for _ in range(2)] == [1, 2]
        with pytest.raises(CameraError, match="1 of 3 pictures could not be read"):
            next(frames)


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="no pictures in this folder"):
        frames_of(tmp_path)


def test_a_damaged_picture_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(ScanError):
        frames_of(tmp_path / "bad.png")
