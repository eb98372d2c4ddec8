"""Films that are written: whole, at the right speed, in a codec that browsers play."""

import io
import shutil
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from realtime import film
from realtime.bar import FilmBar
from realtime.film import open_film
from realtime.frame import CameraError, Frame
from realtime.rate import Rate
from realtime.record import LONGEST_GAP, Recorder, RecordingScreen, fit
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.errors import OutputError, UsageError
from scanner.reading import Reading

RATE = Rate(1.0, 0.1)

WRITERS = ["av", "opencv"]


@pytest.fixture(params=WRITERS)
def writer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who writes: PyAV, and OpenCV as if that were not installed."""
    if request.param == "opencv":
        monkeypatch.setattr(film, "find_spec", lambda name: None)
    return str(request.param)


def load(path: Path) -> tuple[list[NDArray[np.uint8]], float]:
    """Return a film's pictures and rate."""
    capture = cv2.VideoCapture(str(path))
    pictures, fps = [], capture.get(cv2.CAP_PROP_FPS)
    while (got := capture.read())[0]:
        pictures.append(np.asarray(got[1], np.uint8))
    return pictures, fps


def record(path: Path, frames: list[Frame], reading: Reading, is_plain: bool = True) -> list[str]:
    said: list[str] = []
    with Recorder(path, is_plain, said.append) as recorder:
        for frame in frames:
            recorder.add(frame, reading)
    return said


def test_a_film_keeps_its_frames_and_its_rate(writer: str, frame: Frame, reading: Reading, tmp_path: Path) -> None:
    frames = [
        replace(frame, image=np.full((48, 64, 3), 10 * i, np.uint8), time=i / 12.5, total=20, fps=12.5)
        for i in range(20)
    ]
    said = record(tmp_path / "film.mp4", frames, reading)
    pictures, fps = load(tmp_path / "film.mp4")
    assert fps == pytest.approx(12.5, abs=0.01)
    assert [round(float(picture.mean()) / 10) for picture in pictures] == list(range(20))
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
    assert bool(said) is (writer == "opencv")


@pytest.mark.skipif(find_spec("av") is None, reason="needs PyAV")
def test_with_pyav_it_is_h264(frame: Frame, reading: Reading, tmp_path: Path) -> None:
    import av

    record(tmp_path / "film.mp4", [replace(frame, total=5)] * 5, reading)
    with av.open(str(tmp_path / "film.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")


def test_odd_sizes_lose_a_row(writer: str, tmp_path: Path) -> None:
    with open_film(tmp_path / "odd.mp4", (65, 49), 10, print) as write:
        write(np.full((49, 65, 3), 90, np.uint8))
    assert load(tmp_path / "odd.mp4")[0][0].shape == (48, 64, 3)


def test_a_camera_is_recorded_as_fast_as_it_was_seen(frame: Frame, reading: Reading, tmp_path: Path) -> None:
    """Frames come irregularly, and slower than the film's; a gap is cut short."""
    times = [0.0, 0.1, 0.5, 0.52, 100.0, 100.5]
    frames = [replace(frame, image=np.full((48, 64, 3), 40 * i, np.uint8), time=t, fps=20) for i, t in enumerate(times)]
    record(tmp_path / "film.mp4", frames, reading)
    values = [round(float(picture.mean()) / 40) for picture in load(tmp_path / "film.mp4")[0]]
    assert values == [0] + [1] * 2 + [2] * 8 + [4] * round(LONGEST_GAP * 20) + [5] * 10


def test_what_was_read_is_drawn_unless_it_is_to_be_plain(frame: Frame, reading: Reading, tmp_path: Path) -> None:
    record(tmp_path / "plain.mp4", [replace(frame, total=1)], reading)
    record(tmp_path / "drawn.mp4", [replace(frame, total=1)], reading, is_plain=False)
    plain, drawn = (load(tmp_path / name)[0][0] for name in ("plain.mp4", "drawn.mp4"))
    assert plain.std() < 2
    assert drawn.std() > 5


def test_pictures_of_other_sizes_are_fitted(frame: Frame, reading: Reading, tmp_path: Path) -> None:
    grey = replace(frame, image=np.full((48, 64), 200, np.uint8), still=True)
    wide = replace(grey, image=np.full((48, 640), 200, np.uint8))
    record(tmp_path / "film.mp4", [grey, wide], reading)
    pictures, fps = load(tmp_path / "film.mp4")
    assert len(pictures) == round(4 * fps)
    assert pictures[-1].shape == (48, 64, 3)
    assert pictures[-1][0].mean() < 20
    assert fit(np.full((10, 20, 3), 9, np.uint8), (10, 30)).sum() == 10 * 5 * 3 * 9


@pytest.mark.parametrize(
    ("total", "error", "is_kept"),
    [
        (9, KeyboardInterrupt(), False),
        (9, CameraError("breaks off"), False),
        (0, KeyboardInterrupt(), True),
        (0, CameraError("gone"), True),
        (0, MemoryError(), False),
    ],
)
def test_half_a_film_is_none_and_what_a_camera_saw_is_whole(
    writer: str, frame: Frame, reading: Reading, tmp_path: Path, total: int, error: BaseException, is_kept: bool
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"before")
    with pytest.raises(type(error)), Recorder(path, True, lambda said: None) as recorder:  # noqa: PT012
        recorder.add(replace(frame, total=total), reading)
        raise error
    assert (path.read_bytes() != b"before") is is_kept
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_one_sentence(
    writer: str, frame: Frame, reading: Reading, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        record(tmp_path / "none" / "film.mp4", [frame], reading)


def test_other_names_than_films_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends with \.mp4"):
        Recorder(tmp_path / "film.gif", True, print)


def test_without_frames_there_is_no_film(reading: Reading, tmp_path: Path) -> None:
    record(tmp_path / "film.mp4", [], reading)
    assert list(tmp_path.iterdir()) == []


def test_as_a_screen_it_leaves_wishes_as_they_are(frame: Frame, reading: Reading, tmp_path: Path) -> None:
    with Recorder(tmp_path / "film.mp4", True, print) as recorder:
        assert RecordingScreen(recorder, Wishes(template=2)).show(frame, Seen(reading), RATE) == Wishes(template=2)
    assert (tmp_path / "film.mp4").exists()


def test_the_bar_counts_the_films_frames_on_a_terminal(frame: Frame, reading: Reading) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream in (Terminal(), io.StringIO()):
        with FilmBar(limit=4, stream=stream) as bar:
            for number in range(1, 5):
                bar.show(replace(frame, number=number, total=200), Seen(reading), RATE)
        assert ("4/4" in stream.getvalue()) is isinstance(stream, Terminal)


@pytest.mark.browser
@pytest.mark.skipif(find_spec("playwright") is None or find_spec("av") is None, reason="needs playwright and PyAV")
def test_a_browser_plays_it(frame: Frame, reading: Reading, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("needs Chromium")
    record(tmp_path / "film.mp4", [replace(frame, total=25, fps=25)] * 25, reading)
    (tmp_path / "page.html").write_text('<video src="film.mp4" muted></video>')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        played = page.evaluate(
            """() => new Promise((done) => {
                const video = document.querySelector("video");
                video.onended = () => done([video.videoWidth, Math.round(video.duration * 10)]);
                video.onerror = () => done(video.error.message);
                video.play();
            })"""
        )
        browser.close()
    assert played == [640, 10]
