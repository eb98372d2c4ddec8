"""The scene: where the page lies, what has changed on it, and what the key takes over from a reading."""

import cv2
import numpy as np
from drawing import draw_page
from numpy.typing import NDArray

from realtime.glance import Glance
from realtime.motion import measure_difference
from realtime.scene import CALM, Scene, View, carry

STEP = 1 / 30


def draw_small(*rows: str) -> NDArray[np.uint8]:
    page = draw_page(rows, np.random.default_rng(4), height=120, margin=60)
    return np.asarray(cv2.resize(page, (320, 180), interpolation=cv2.INTER_AREA), np.uint8)


PAGE = draw_small("4579", "3182")


def look(scene: Scene, picture: NDArray[np.uint8], number: int, noise: float = 1.5) -> View:
    grain = np.random.default_rng(number).normal(0, noise, picture.shape)
    grey = np.clip(picture + grain, 0, 255).astype(np.uint8)
    return scene.look(Glance(grey, (4.0, 4.0)), number * STEP)


def begin() -> Scene:
    """Return a scene that has read the page."""
    scene = Scene()
    view = look(scene, PAGE, 0)
    assert scene.is_new
    scene.renew(view, np.zeros(PAGE.shape, np.bool_), None)
    assert not scene.is_new
    return scene


def test_a_page_at_rest_stays_calm_under_noise() -> None:
    scene = begin()
    for number in range(1, 40):
        view = look(scene, PAGE, number, noise=3.0)
        assert view.is_calm
        assert not view.ground.changed.any()
        assert np.array_equal(view.move, np.eye(3))  # type: ignore[arg-type]


def test_what_is_written_is_restless_first_and_then_calm_but_changed() -> None:
    scene, after = begin(), PAGE.copy()
    for number in range(1, 5):
        look(scene, PAGE, number)
    cv2.line(after, (250, 60), (262, 110), 60, 2)
    first = look(scene, after, 5)
    assert first.ground.changed[80:90, 250:262].any()
    assert first.ground.restless[80:90, 250:262].any()
    later = [look(scene, after, 6 + k) for k in range(round(CALM / STEP) + 2)][-1]
    assert later.is_calm
    assert later.ground.changed[80:90, 250:262].any()
    scene.renew(later, np.zeros(PAGE.shape, np.bool_), None)
    assert not look(scene, after, 12).ground.changed.any()


def test_what_was_hidden_when_it_was_read_stays_as_it_was_known() -> None:
    scene, covered = begin(), PAGE.copy()
    covered[90:, 160:] = 110
    for number in range(1, 8):
        view = look(scene, covered, number)
    assert view.ground.cover[120, 200]
    assert not view.ground.cover[40, 40]
    scene.renew(view, view.ground.cover, None)
    assert look(scene, covered, 8).ground.cover[120, 200], "the hand has become a part of the page"
    for number in range(9, 14):
        view = look(scene, PAGE, number)
    assert not view.ground.changed.any()


def test_a_page_that_moves_has_not_changed_and_is_at_rest() -> None:
    scene = begin()
    for number in range(1, 15):
        move = np.array([[1, 0.004 * number, 0.8 * number], [-0.004 * number, 1, -0.5 * number], [0, 0, 1]])
        moved = cv2.warpAffine(PAGE, move[:2], (320, 180), borderMode=cv2.BORDER_REPLICATE)
        view = look(scene, np.asarray(moved, np.uint8), number)
        assert view.move is not None
        assert measure_difference(view.move, move, PAGE.shape) < 1.0
        assert not view.ground.changed.any()
        assert not view.ground.restless.any()
    scene.renew(view, np.zeros(PAGE.shape, np.bool_), None)
    assert measure_difference(scene.move, np.eye(3), PAGE.shape) < 0.5, "the page lies as it was read last"


def test_the_dark_and_another_size() -> None:
    scene = begin()
    assert look(scene, np.zeros_like(PAGE), 1).move is None
    assert look(scene, PAGE, 2).move is not None
    scene.look(Glance(PAGE[:90], (4.0, 4.0)), 0.2)
    assert scene.is_new


def test_masks_move_with_the_page() -> None:
    mask = np.zeros((50, 60), np.bool_)
    mask[10, 20] = True
    move = np.eye(3)
    move[:2, 2] = (5, 7)
    assert np.argwhere(carry(mask, move)).tolist() == [[17, 25]]
