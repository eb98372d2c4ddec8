"""Screens together, and pictures that come again."""

import numpy as np

from realtime.frame import Frame
from realtime.rate import Rate
from realtime.screen import Screens, Slides
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.reading import Reading

FRAMES = [Frame(np.zeros((4, 6, 3), np.uint8), "folder", number, 0.0, 0.0, still=True) for number in (1, 2)]


class Wall:
    """Wishes always the same."""

    def __init__(self, template: int) -> None:
        self.template = template
        self.shown = 0

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        self.shown += 1
        return Wishes(template=self.template)


def test_all_screens_show_and_the_first_one_wishes() -> None:
    walls = [Wall(1), Wall(2)]
    wishes = Screens(walls).show(FRAMES[0], Seen(Reading("x", 1, 6, 4, ())), Rate(1, 1))
    assert wishes.template == 1
    assert [wall.shown for wall in walls] == [1, 1]


def test_a_picture_comes_again_when_it_is_to_be_read_otherwise() -> None:
    slides = Slides(FRAMES)
    shown = []
    for frame in slides:
        shown.append(frame.number)
        slides.again = len(shown) in (1, 2)
    assert shown == [1, 1, 1, 2]
