"""Pictures without a digit: leaves, bricks, cloth, scribbles, scenes. All are drawn; none is a photo."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper import Shape, draw_clouds

Grey = NDArray[np.uint8]
Field = NDArray[np.float32]


def draw_texture(shape: Shape, rng: np.random.Generator) -> Grey:
    """Return a random picture without a digit. shape: (H, W) in pixels, at least 8 each. (H, W) uint8.

    Raises ValueError for a smaller shape.
    """
    if min(shape) < 8:
        raise ValueError(f"draw_texture needs at least 8 x 8 pixels, got {shape[0]} x {shape[1]}")
    field = TEXTURES[rng.integers(len(TEXTURES))](shape, rng)
    if rng.random() < 0.5:
        field = np.asarray(cv2.GaussianBlur(field, (0, 0), rng.uniform(0.4, 1.5)), np.float32)
    low, high = np.sort(rng.uniform(0, 255, 2))
    high = max(high, low + 60)
    if rng.random() < 0.5:
        field = 1 - field
    noise = rng.normal(0, rng.uniform(0, 8), shape)
    return np.asarray(np.clip(low + (high - low) * np.clip(field, 0, 1) + noise, 0, 255), np.uint8)


def draw_noise(shape: Shape, rng: np.random.Generator) -> Field:
    """Noise of several scales, at times cut at a threshold: stone, plaster, foliage. 0..1, as of all textures here."""
    size = rng.uniform(3, 60)
    field = sum(
        (draw_clouds(shape, rng, size / 2**octave) / 2**octave for octave in range(3)), np.zeros(shape, np.float32)
    )
    if rng.random() < 0.6:
        return _sharpen(field - rng.uniform(-0.8, 0.8), rng.uniform(1, 20))
    return _sharpen(field, 1.0)


def draw_scribble(shape: Shape, rng: np.random.Generator) -> Field:
    """Long pen strokes that loop and cross themselves many times."""
    ground = np.zeros(shape, np.uint8)
    for _ in range(int(rng.integers(1, 6))):
        steps = rng.normal(0, max(shape) * rng.uniform(0.02, 0.08), (int(rng.integers(150, 500)), 2))
        turns = cv2.GaussianBlur(steps, (1, 0), sigmaX=0.1, sigmaY=rng.uniform(0.8, 2.5))
        path = np.cumsum(turns, axis=0) + rng.uniform(0, 1, 2) * (shape[1], shape[0])
        cv2.polylines(ground, [np.round(path * 16).astype(np.int32)], False, 255, _pen(shape, rng), cv2.LINE_AA, 4)
    return _to_field(ground)


def draw_shapes(shape: Shape, rng: np.random.Generator) -> Field:
    """Polygons, filled or not, one over another: tools, toys, furniture from above."""
    ground = np.zeros(shape, np.uint8)
    for _ in range(int(rng.integers(3, 25))):
        corners = int(rng.integers(3, 7))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
        reach = rng.uniform(0.05, 0.35) * min(shape) * rng.uniform(0.4, 1, corners)
        points = np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None] + _somewhere(shape, rng)
        _fill_or_outline(ground, points, shape, rng)
    return _to_field(ground)


def draw_leaves(shape: Shape, rng: np.random.Generator) -> Field:
    """Pointed leaves with a middle vein, at all angles."""
    ground = np.zeros(shape, np.uint8)
    along = np.linspace(0, np.pi, 24)
    for _ in range(int(rng.integers(8, 60))):
        length, width = rng.uniform(0.08, 0.35) * min(shape), rng.uniform(0.2, 0.5)
        half = np.stack([-np.cos(along), width * np.sin(along) ** 1.5], 1)
        leaf = np.vstack([half, half[::-1] * (1, -1)]) * length / 2
        turned = leaf @ _turn(rng.uniform(0, 2 * np.pi)) + _somewhere(shape, rng)
        cv2.fillPoly(ground, [np.round(turned * 16).astype(np.int32)], int(rng.integers(60, 255)), cv2.LINE_AA, 4)
        vein = np.round(turned[[0, 23]] * 16).astype(np.int32)
        cv2.polylines(ground, [vein], False, int(rng.integers(0, 255)), 1, cv2.LINE_AA, 4)
    return _to_field(ground)


def draw_bricks(shape: Shape, rng: np.random.Generator) -> Field:
    """A wall in bond, each brick of its own shade."""
    high = int(rng.integers(8, max(10, min(60, min(shape)))))
    wide, joint = round(high * rng.uniform(1.2, 3.5)), max(1, high // int(rng.integers(6, 14)))
    ground = np.zeros(shape, np.uint8)
    for row, y in enumerate(range(0, shape[0], high)):
        for x in range(-(wide // 2) * (row % 2), shape[1], wide):
            shade = int(rng.integers(120, 255))
            cv2.rectangle(ground, (x + joint, y + joint), (x + wide - 1, y + high - 1), shade, -1)
    return _to_field(ground) + 0.05 * draw_clouds(shape, rng, 4)


def draw_stripes(shape: Shape, rng: np.random.Generator) -> Field:
    """Parallel bars, straight or bent: blinds, fences, fabric."""
    across, down = _axes(shape, rng.uniform(0, np.pi))
    pitch = rng.uniform(6, 0.5 * min(shape) + 7)
    bent = down + rng.uniform(0, 1) * pitch * np.sin(across / rng.uniform(20, 120))
    return _sharpen(np.sin(bent * (2 * np.pi / pitch)) - rng.uniform(-0.9, 0.9), rng.uniform(1, 20))


def draw_wood(shape: Shape, rng: np.random.Generator) -> Field:
    """Grain: stretched rings about a far core, with knots where noise bends them."""
    across, down = _axes(shape, rng.normal(0, 0.1) + rng.choice((0, np.pi / 2)))
    warp = draw_clouds(shape, rng, rng.uniform(30, 150)) * rng.uniform(2, 15)
    rings = np.sin(np.hypot(down + warp, across * rng.uniform(0.02, 0.15)) * (2 * np.pi / rng.uniform(4, 25)))
    fibre = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), sigmaX=6, sigmaY=0.5)
    return np.asarray(0.5 + 0.3 * rings + 0.3 * fibre, np.float32)


def draw_fabric(shape: Shape, rng: np.random.Generator) -> Field:
    """Threads over and under one another, or a knit."""
    across, down = _axes(shape, rng.uniform(0, np.pi))
    pitch = rng.uniform(3, 14)
    warp, weft = np.sin(across * (np.pi / pitch)), np.sin(down * (np.pi / pitch))
    over = np.sign(warp * weft)
    cloth = np.where(over > 0, np.abs(warp), np.abs(weft)) * rng.uniform(0.6, 1.0)
    return np.asarray(cloth + 0.08 * draw_clouds(shape, rng, 3), np.float32)


def draw_blobs(shape: Shape, rng: np.random.Generator) -> Field:
    """Soft spots out of focus: lamps at night, a face, fruit."""
    ground = np.zeros(shape, np.uint8)
    for _ in range(int(rng.integers(2, 30))):
        shorter = rng.uniform(0.02, 0.2) * min(shape) + 2
        axes = (round(shorter), round(shorter * rng.uniform(1, 2)))
        centre = tuple(np.round(_somewhere(shape, rng)).astype(int).tolist())
        cv2.ellipse(ground, centre, axes, rng.uniform(0, 180), 0, 360, int(rng.integers(60, 255)), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(_to_field(ground), (0, 0), rng.uniform(1, 0.05 * min(shape) + 2)), np.float32)


def draw_discs(shape: Shape, rng: np.random.Generator) -> Field:
    """Round things side by side, with a rim and a relief in it: coins, buttons, screws. They are no row of zeros."""
    field = np.full(shape, rng.uniform(0.6, 1), np.float32)
    radius = float(np.exp(rng.uniform(np.log(8), np.log(0.4 * min(shape) + 9))))
    grid = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    in_rows, shade = rng.random() < 0.6, rng.uniform(0.1, 0.7)
    for row in range(int(rng.integers(1, 4))):
        for column in range(int(rng.integers(1, 9))):
            spot = np.array([row + 0.7, column + 0.7]) * radius * rng.uniform(2.1, 2.6)
            centre = spot if in_rows else _somewhere(shape, rng)[::-1]
            _strike(field, grid - centre[:, None, None].astype(np.float32), radius, shade, rng)
    return field


def _strike(field: Field, offset: Field, radius: float, shade: float, rng: np.random.Generator) -> None:
    """Draw one disc. offset: (2, H, W) rows and columns from its middle, in pixels."""
    reach = np.hypot(*offset) / (radius * rng.uniform(0.85, 1))
    inside = reach < 1
    relief = draw_clouds(field.shape, rng, max(2.0, radius * rng.uniform(0.08, 0.4)))[inside]
    slope = (offset[0] * np.sin(shade * 9) + offset[1] * np.cos(shade * 9))[inside] / radius
    field[inside] = shade + 0.15 * slope + rng.uniform(0, 0.25) * relief
    rim = inside & (reach > rng.uniform(0.75, 0.95))
    field[rim] *= rng.uniform(0.3, 1)


def draw_scene(shape: Shape, rng: np.random.Generator) -> Field:
    """A room or a street: a horizon, upright blocks with windows, wires."""
    ground = np.full(shape, int(rng.integers(120, 255)), np.uint8)
    horizon = round(shape[0] * rng.uniform(0.4, 0.8))
    ground[horizon:] = rng.integers(60, 255)
    for _ in range(int(rng.integers(2, 8))):
        wide, high = rng.uniform(0.1, 0.35) * shape[1], rng.uniform(0.2, 0.7) * shape[0]
        left, top = round(rng.uniform(-0.1, 1) * shape[1]), round(horizon - high)
        _build(ground, (left, top, round(left + wide), horizon), rng)
    for _ in range(int(rng.integers(0, 4))):
        y = rng.uniform(0, shape[0], 2).astype(int).tolist()
        cv2.line(ground, (0, y[0]), (shape[1], y[1]), int(rng.integers(0, 120)), _pen(shape, rng), cv2.LINE_AA)
    return _to_field(ground)


TEXTURES: tuple[Callable[[Shape, np.random.Generator], Field], ...] = (
    draw_noise,
    draw_scribble,
    draw_shapes,
    draw_discs,
    draw_leaves,
    draw_bricks,
    draw_stripes,
    draw_wood,
    draw_fabric,
    draw_blobs,
    draw_scene,
)
"""All kinds, each as likely."""


def _build(ground: Grey, box: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    """Put up one block with rows of windows that are wider than a 1 and have no bars."""
    left, top, right, bottom = box
    cv2.rectangle(ground, (left, top), (right, bottom), int(rng.integers(0, 200)), -1)
    step = int(rng.integers(8, 30))
    shade = int(rng.integers(0, 255))
    for y in range(top + step // 3, bottom - step // 2, step):
        for x in range(left + step // 3, right - step // 2, step):
            cv2.rectangle(ground, (x, y), (x + step // 2, y + step // 2), shade, -1)


def _fill_or_outline(ground: Grey, points: NDArray[np.float64], shape: Shape, rng: np.random.Generator) -> None:
    path, shade = [np.round(points * 16).astype(np.int32)], int(rng.integers(0, 255))
    if rng.random() < 0.6:
        cv2.fillPoly(ground, path, shade, cv2.LINE_AA, 4)
    else:
        cv2.polylines(ground, path, True, shade, _pen(shape, rng), cv2.LINE_AA, 4)


def _pen(shape: Shape, rng: np.random.Generator) -> int:
    return max(1, round(min(shape) * rng.uniform(0.004, 0.03)))


def _somewhere(shape: Shape, rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.uniform(0, 1, 2) * (shape[1], shape[0])


def _turn(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _axes(shape: Shape, angle: float) -> tuple[Field, Field]:
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return x * cos + y * sin, y * cos - x * sin


def _sharpen(field: NDArray[np.floating], slope: float) -> Field:
    """Bring a field about 0 into 0..1: smoothly for a small slope, as by a threshold for a large one."""
    return np.asarray(np.clip(0.5 + field * (slope / 4), 0, 1), np.float32)


def _to_field(grey: Grey) -> Field:
    return np.asarray(grey, np.float32) / np.float32(255)
