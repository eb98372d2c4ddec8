// What a hand draws: strokes with their pressure, undone and done again. Pure: no page, no clock.

/** Width of the sheet in its own units; its height follows the paper on the screen. */
export const WIDTH = 720;

/** Width of a mouse's or a finger's line, in units of the sheet. */
const PEN = 7;

/** A pen's line is this thin and this thick, as shares of PEN, where it is hardly and firmly pressed. */
const [THIN, THICK] = [0.45, 1.6];

export class Sketch {
  /** Each stroke is a list of points [x, y, width], in units of the sheet. */
  strokes = [];
  #past = []; #future = [];

  get canUndo() { return this.#past.length > 0; }

  get canRedo() { return this.#future.length > 0; }

  /** Begin a stroke; add lengthens it. */
  begin(point) {
    this.#change([...this.strokes, [point]]);
  }

  add(points) {
    this.strokes.at(-1).push(...points);
  }

  clear() {
    if (this.strokes.length) this.#change([]);
  }

  undo() {
    if (!this.canUndo) return;
    this.#future.push(this.strokes);
    this.strokes = this.#past.pop();
  }

  redo() {
    if (!this.canRedo) return;
    this.#past.push(this.strokes);
    this.strokes = this.#future.pop();
  }

  #change(strokes) {
    this.#past.push(this.strokes);
    this.#future = [];
    this.strokes = strokes;
  }
}

/** Return a line's width for a pressure of 0..1; only pens tell theirs. */
export function toWidth(pressure, isPen) {
  return PEN * (isPen ? THIN + (THICK - THIN) * pressure : 1);
}

/** Draw strokes. pen: a canvas' context, whose units are the sheet's. */
export function drawStrokes(pen, strokes, ink) {
  pen.strokeStyle = pen.fillStyle = ink;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) drawStroke(pen, stroke);
}

/** Between the middles of two neighbouring pieces runs a curve, bent by the point between them. */
function drawStroke(pen, points) {
  const [[x, y, width]] = points;
  pen.beginPath();
  pen.arc(x, y, width / 2, 0, 2 * Math.PI);
  pen.fill();
  let [fromX, fromY] = [x, y];
  points.slice(1).forEach(([toX, toY, wide], i) => {
    const [beforeX, beforeY] = points[i];
    const isLast = i === points.length - 2;
    const [endX, endY] = isLast ? [toX, toY] : [(beforeX + toX) / 2, (beforeY + toY) / 2];
    pen.lineWidth = wide;
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.quadraticCurveTo(beforeX, beforeY, endX, endY);
    pen.stroke();
    [fromX, fromY] = [endX, endY];
  });
}
