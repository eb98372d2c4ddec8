// Boxes over a picture: each digit in the colour of its confidence, its label above it. A drawing of shapes, as wide
// and high as the picture, that points and is pointed at: its digits and those of the strings are the same.

import { makeShape } from "./dom.js";
import { REFUSED, chooseColour, chooseInk } from "./scale.js";

/** Height of a label's type as a share of the digit's; below SMALLEST pixels on the screen labels are left out. */
const SHARE = 0.5;
const [SMALLEST, LARGEST] = [9, 26];

/** Width of a digit with the ground beside it, and height of the ground, as shares of the type's size. */
const [ADVANCE, GROUND] = [0.95, 1.2];

export class Boxes {
  #shapes = makeShape("svg", { class: "boxes", "aria-hidden": "true", preserveAspectRatio: "xMidYMid meet" });
  #reading = null;
  #marked = null;

  /** sheet: the element that holds the picture. onPick: is told line and digit under the pointer. */
  constructor(sheet, onPick = () => {}) {
    sheet.append(this.#shapes);
    this.#shapes.addEventListener("pointerover", (event) => {
      const shape = event.target.closest("[data-digit]");
      if (shape) onPick(Number(shape.dataset.line), Number(shape.dataset.digit));
    });
    new ResizeObserver(() => this.#draw()).observe(sheet);
  }

  /** Draw a reading; null takes all away. */
  show(reading) {
    this.#reading = reading;
    this.#draw();
  }

  /** Make one digit stand out; null leaves none so. */
  mark(line, digit) {
    this.#marked?.classList.remove("marked");
    this.#marked = line === null ? null : this.#shapes.querySelector(`[data-line="${line}"][data-digit="${digit}"]`);
    this.#marked?.classList.add("marked");
  }

  #draw() {
    const reading = this.#reading;
    if (!reading) return this.#shapes.replaceChildren();
    this.#shapes.setAttribute("viewBox", `0 0 ${reading.width} ${reading.height}`);
    const scale = Math.min(this.#shapes.clientWidth / reading.width, this.#shapes.clientHeight / reading.height);
    const fields = Object.values(reading.fields ?? {}).map((field) => makeField(field));
    const lines = reading.lines.map((line, i) => makeLine(line, i, scale));
    const [frames, labels] = [0, 1].map((part) => lines.flatMap((line) => line[part]));
    return this.#shapes.replaceChildren(...fields, ...frames, ...labels);
  }
}

function makeField(field) {
  const [x, y, width, height] = field.box;
  return makeShape("rect", { class: field.valid ? "field" : "field wrong", x, y, width, height });
}

/** Return the frames of a line's digits, and their labels, which lie above all frames. */
function makeLine(line, i, scale) {
  const size = chooseSize(line.digits.map((digit) => digit.box), scale);
  const frames = line.digits.map((digit, k) => makeFrame(digit, i, k));
  return [frames, size ? line.digits.flatMap((digit) => makeLabel(digit, size)) : []];
}

function makeFrame({ text, confidence, box: [x, y, width, height] }, line, digit) {
  const place = { x, y, width, height };
  const kind = text === REFUSED ? "frame refused" : "frame";
  const frame = makeShape("g", { class: kind, "data-line": line, "data-digit": digit });
  if (text === REFUSED) frame.append(makeShape("rect", { class: "under", ...place }));
  frame.append(makeShape("rect", { class: "edge", ...place, stroke: chooseColour(text, confidence) }));
  return frame;
}

function makeLabel({ text, confidence, box: [x, y, width] }, size) {
  const colour = chooseColour(text, confidence);
  const [wide, high] = [size * ADVANCE, size * GROUND];
  const [left, top] = [x + (width - wide) / 2, Math.max(0, y - high - size / 4)];
  return [
    makeShape("rect", { class: "ground", x: left, y: top, width: wide, height: high, fill: colour }),
    makeShape("text", { x: x + width / 2, y: top + high / 2, "font-size": size, fill: chooseInk(colour), text }),
  ];
}

/** Return the size of a line's labels in pixels of the picture; 0 where they could not be read. */
function chooseSize(boxes, scale) {
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const centres = boxes.map(([x, y, width]) => [x + width / 2, y]);
  const steps = centres.slice(1).map(([x, y], i) => Math.hypot(x - centres[i][0], y - centres[i][1]));
  const room = steps.length ? median(steps) / ADVANCE : Infinity;
  const size = Math.min(SHARE * median(boxes.map((box) => box[3])), room, LARGEST / scale);
  if (size * scale >= SMALLEST) return size;
  return room * scale >= SMALLEST ? SMALLEST / scale : 0;
}
