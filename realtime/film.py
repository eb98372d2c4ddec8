"""Writes a film as MP4: H.264, which every browser plays, where PyAV is installed or the system has an encoder."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.errors import OutputError, UsageError
from scanner.native import silenced_stderr
from scanner.whole import open_whole

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR."""

Write = Callable[[Picture], object]

SUFFIX = ".mp4"

QUALITY = {"preset": "ultrafast", "crf": "23"}
"""Of x264: the fastest, as reading wants the processor; films are larger for it. Type stays sharp."""

FINEST = 1000
"""Frame rates are rounded to this part of a frame a second: 29.97 stays what it is."""

PLAIN = "The film is in MPEG-4 Part 2, which browsers do not play; pip install 'digitlens[video]' brings H.264."


def check_film(path: Path) -> None:
    """Raise UsageError where a name is none of a film."""
    if path.suffix.lower() != SUFFIX:
        raise UsageError(f"{path}: films are written as MP4. Give it a name that ends with {SUFFIX}.")


@contextmanager
def open_film(path: Path, size: tuple[int, int], fps: float, say: Callable[[str], None]) -> Iterator[Write]:
    """Give a function that writes pictures of one size; the film stands at its path once it is whole.

    size: width and height in pixels; an odd one loses its last column or row, as H.264 has even sides. say: tells the
    person where browsers will not play it. Whatever is raised within leaves what was there before. Raises OutputError.
    """
    even = size[0] // 2 * 2, size[1] // 2 * 2
    opener = _open_with_av(path, even, fps) if find_spec("av") else _open_with_opencv(path, even, fps, say)
    with opener as write:
        yield lambda picture: write(np.ascontiguousarray(picture[: even[1], : even[0]]))


@contextmanager
def _open_with_av(path: Path, size: tuple[int, int], fps: float) -> Iterator[Write]:
    import av

    with open_whole(path) as file, av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(round(fps * FINEST), FINEST), options=QUALITY)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"

        def write(picture: Picture) -> None:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))

        yield write
        container.mux(stream.encode())


@contextmanager
def _open_with_opencv(path: Path, size: tuple[int, int], fps: float, say: Callable[[str], None]) -> Iterator[Write]:
    """OpenCV writes where it likes, so it gets a place of its own beside the film's."""
    try:
        with TemporaryDirectory(dir=path.absolute().parent, prefix=f".{path.stem}-") as folder:
            unfinished = Path(folder) / f"film{SUFFIX}"
            with silenced_stderr():  # FFmpeg tells which encoders are not there
                writer = cv2.VideoWriter(str(unfinished), cv2.VideoWriter.fourcc(*"avc1"), fps, size)
            if not writer.isOpened():
                say(PLAIN)
                writer = cv2.VideoWriter(str(unfinished), cv2.VideoWriter.fourcc(*"mp4v"), fps, size)
            if not writer.isOpened():
                raise OutputError(
                    f"{path}: no film can be written here. pip install 'digitlens[video]' brings what it takes."
                )
            try:
                yield lambda picture: writer.write(picture)
            finally:
                writer.release()
            with open_whole(path) as file, unfinished.open("rb") as done:
                shutil.copyfileobj(done, file)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error}). Check the folder's rights and the disk's space."
        ) from error
