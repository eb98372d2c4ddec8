"""Lines of JSON, one for each change."""

import io
import json
from dataclasses import replace

from realtime.frame import Frame
from realtime.headless import Headless
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.page import Box
from scanner.reading import Field, Reading, as_record, from_json

RATE = Rate(1.0, 0.1)


def test_a_still_scene_is_told_once(frame: Frame, reading: Reading) -> None:
    stream = io.StringIO()
    screen = Headless(stream, Wishes(reject_below=0.7))
    for number in range(1, 30):
        trembling = replace(reading.lines[0], box=Box(number, 1, 9, 9), confidence=number / 30)
        seen = Seen(replace(reading, lines=(trembling, *reading.lines[1:])))
        assert screen.show(replace(frame, number=number), seen, RATE) == Wishes(reject_below=0.7)
    assert len(stream.getvalue().splitlines()) == 1


def test_each_change_is_a_line_that_others_can_read(frame: Frame, reading: Reading) -> None:
    stream = io.StringIO()
    screen = Headless(stream)
    less = replace(reading, lines=reading.lines[:1])
    for number, shown in enumerate((reading, reading, less, less, reading, replace(reading, lines=())), 1):
        screen.show(replace(frame, number=number), Seen(shown), RATE)
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [record["frame"] for record in records] == [1, 3, 5, 6]
    assert from_json(stream.getvalue().splitlines()[0]) == reading
    assert records[1]["time"] == 0.123
    assert {key: records[1][key] for key in as_record(less)} == as_record(less)


def test_an_empty_page_is_told_too(frame: Frame, reading: Reading) -> None:
    stream = io.StringIO()
    Headless(stream).show(frame, Seen(replace(reading, lines=())), RATE)
    assert json.loads(stream.getvalue())["lines"] == []


def test_a_field_that_changes_is_a_change(frame: Frame, reading: Reading) -> None:
    stream = io.StringIO()
    screen = Headless(stream)
    field = Field("sum", "12", "12", 0.9, Box(0, 0, 9, 9))
    for each in (field, replace(field, box=Box(1, 1, 9, 9)), replace(field, text="13", value="13")):
        screen.show(frame, Seen(replace(reading, fields=(each,))), RATE)
    assert len(stream.getvalue().splitlines()) == 2


def test_every_picture_of_a_folder_has_its_line(frame: Frame, reading: Reading) -> None:
    stream = io.StringIO()
    screen = Headless(stream)
    for name in ("1.png", "2.png"):
        screen.show(replace(frame, source=name, still=True), Seen(reading), RATE)
    assert len(stream.getvalue().splitlines()) == 2


def test_a_lost_camera_is_said_once_and_prints_nothing(frame: Frame, reading: Reading) -> None:
    stream, said = io.StringIO(), []
    screen = Headless(stream, say=said.append)
    lost = replace(frame, trouble="camera 0: no picture")
    for each, shown in ((frame, reading), (lost, replace(reading, lines=())), (lost, reading), (frame, reading)):
        screen.show(each, Seen(shown), RATE)
    assert said == ["camera 0: no picture", "film: pictures come again."]
    assert len(stream.getvalue().splitlines()) == 1


def test_every_line_is_flushed(frame: Frame, reading: Reading) -> None:
    class Pipe(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    pipe = Pipe()
    Headless(pipe).show(frame, Seen(reading), RATE)
    assert pipe.flushed == 1
