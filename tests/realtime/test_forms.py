"""Pictures read whole, and forms that are held before the camera."""

from dataclasses import replace

import numpy as np
import pytest

from model.classifier import Classifier, StubClassifier
from model.errors import WeightsError
from realtime.forms import FormWatcher, PlainWatcher, SourceWatcher, refuse
from realtime.frame import Frame
from realtime.said import Said
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.form import load_form
from scanner.page import Box, Page, open_pages
from scanner.reading import Reading
from tests.examples import ROOT

FORMS = ROOT / "samples" / "forms"


class Other:
    """Looks at what is no form."""

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        return Seen(Reading("other", 1, 4, 4, ()))


def test_a_picture_is_read_whole_and_its_problems_are_hints(frame: Frame, reading: Reading) -> None:
    def look(page: Page) -> Reading:
        assert (page.source, page.number) == (frame.source, frame.page)
        return replace(reading, problems=("too dark",))

    seen = PlainWatcher(look).look(frame, Wishes(reject_below=0.7))
    assert [line.text for line in seen.reading.lines] == ["2??", "5"]
    assert seen.hints == ("too dark",)


def test_a_region_is_read_alone_and_its_boxes_count_in_the_frame(frame: Frame, reading: Reading) -> None:
    shapes = []

    def look(page: Page) -> Reading:
        shapes.append(page.image.shape)
        return reading

    seen = PlainWatcher(look).look(frame, Wishes(region=Box(100, 50, 200, 150))).reading
    assert shapes == [(150, 200, 3)]
    assert (seen.width, seen.height) == (640, 480)
    before, after = reading.lines[0].digits[1].box, seen.lines[0].digits[1].box
    assert (after.x - before.x, after.y - before.y) == (100, 50)
    assert seen.lines[1].box == Box(400, 350, 50, 80)


def test_what_was_said_of_a_picture_holds_until_the_next_one(frame: Frame, reading: Reading) -> None:
    watcher = PlainWatcher(lambda page: reading)
    picked = reading.lines[0].digits[1]

    def look(wishes: Wishes, number: int = 4) -> list[str]:
        return [line.text for line in watcher.look(replace(frame, number=number), wishes).reading.lines]

    assert look(Wishes()) == ["27?", "5"]
    assert look(Wishes(said=Said(picked, 4))) == ["24?", "5"]
    assert look(Wishes(said=Said(reading.lines[1].digits[0], None))) == ["24?"]
    assert look(Wishes(reject_below=0.7)) == ["24?"]
    assert look(Wishes(said=Said(picked, 4)), number=5) == ["27?", "5"], "it was said of the picture before"


def test_what_is_refused_stays_refused(reading: Reading) -> None:
    assert [line.text for line in refuse(reading, 0.0).lines] == ["27?", "5"]


def test_without_a_wish_the_other_looks(frame: Frame) -> None:
    watcher = FormWatcher(Other(), [], StubClassifier([7]))
    assert watcher.look(frame, Wishes()).reading.source == "other"
    assert watcher.look(frame, Wishes(template=3)).reading.source == "other"


def test_a_form_before_the_camera_is_read_by_its_fields() -> None:
    try:
        classifier = Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")
    image = next(iter(open_pages(FORMS / "cheques" / "cheque-4.jpg"))).image
    watcher = FormWatcher(Other(), [load_form(str(FORMS / "cheque.toml"))], classifier)
    seen = watcher.look(Frame(image, "0", 1, 0.0, 0.0), Wishes(template=1))
    assert {field.name: field.value for field in seen.reading.fields}["amount"] == "120.60"
    empty = watcher.look(Frame(np.full((300, 400, 3), 200, np.uint8), "0", 2, 0.0, 0.0), Wishes(template=1))
    assert empty.reading.fields == ()
    assert empty.hints == ("No cheque is seen. Hold it flat, whole and close.",)


class Following:
    """Watches frames of a film: what it says is counted."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        self.looks += 1
        return Seen(Reading("film", self.looks, 6, 4, ()))


def test_pictures_are_read_one_by_one_and_frames_are_watched() -> None:
    film = Following()
    watcher = SourceWatcher(lambda page: Reading(page.source, page.number, 6, 4, ()), film)
    frame = Frame(np.zeros((4, 6, 3), np.uint8), "picture.png", 1, 0.0, 0.0, page=3, still=True)
    assert watcher.look(frame, Wishes()).reading == Reading("picture.png", 3, 6, 4, ())
    assert film.looks == 0
    assert watcher.look(replace(frame, still=False), Wishes()).reading.page == 1


def test_while_a_camera_is_gone_what_was_seen_last_stays() -> None:
    film = Following()
    watcher = SourceWatcher(lambda page: Reading(page.source, page.number, 6, 4, ()), film)
    frame = Frame(np.zeros((4, 6, 3), np.uint8), "0", 1, 0.0, 0.0)
    seen = watcher.look(frame, Wishes())
    assert watcher.look(replace(frame, trouble="camera 0 gives no frames."), Wishes()) is seen
    assert film.looks == 1
    assert watcher.look(replace(frame, number=2), Wishes()) is not seen


def test_what_was_said_while_a_camera_is_gone_counts_when_it_is_back(reading: Reading) -> None:
    heard: list[Said | None] = []

    class Hearing(Following):
        def look(self, frame: Frame, wishes: Wishes) -> Seen:
            heard.append(wishes.said)
            return Seen(reading)

    watcher = SourceWatcher(lambda page: Reading(page.source, page.number, 6, 4, ()), Hearing())
    frame = Frame(np.zeros((4, 6, 3), np.uint8), "0", 1, 0.0, 0.0)
    said, more = (Said(digit, 4) for digit in reading.lines[0].digits[:2])
    trouble = replace(frame, trouble="camera 0 gives no frames.")
    watcher.look(frame, Wishes())
    seen = [watcher.look(trouble, Wishes(said=each)).reading.lines[0].text for each in (said, None, more)]
    for _ in range(3):
        watcher.look(frame, Wishes())
    assert heard == [None, said, more, None]
    assert seen == ["47?", "47?", "44?"]
