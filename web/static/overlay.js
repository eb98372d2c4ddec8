// What is read in a camera's frame, drawn on a canvas above the video: as digits-live draws it.

import { REFUSED, chooseColour, chooseInk } from "./scale.js";

/** Height of a label's type: a share of the digit's height, and between which pixels of the screen it stays. */
const SHARE = 0.5;
const [SMALLEST, LARGEST] = [13, 30];

/** Width of a frame's line in pixels of the screen, and the dashes of a refused digit's. */
const LINE = 2;
const DASHES = [6, 6];

/** Draw an answer of the server, or nothing. size: width and height of the canvas in pixels of the screen. */
export function drawOverlay(canvas, answer, [width, height]) {
  const pen = canvas.getContext("2d");
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  if (!answer) return;
  pen.scale(devicePixelRatio, devicePixelRatio);
  const scale = width / answer.width;
  const digits = answer.lines.flatMap((line) => line.digits)
    .map((digit) => ({ ...digit, box: digit.box.map((value) => value * scale) }));
  for (const digit of digits) drawFrame(pen, digit);
  for (const digit of digits.filter(({ settled }) => settled)) drawLabel(pen, digit);
}

/** What is not settled yet has a thin frame and no label. */
function drawFrame(pen, { text, confidence, settled, box: [x, y, width, height] }) {
  const place = [x - LINE / 2, y - LINE / 2, width + LINE, height + LINE];
  pen.lineWidth = settled ? LINE : LINE / 2;
  pen.setLineDash([]);
  pen.strokeStyle = text === REFUSED ? "#fff" : chooseColour(text, confidence);
  pen.strokeRect(...place);
  if (text !== REFUSED) return;
  pen.setLineDash(DASHES);
  pen.strokeStyle = chooseColour(text, confidence);
  pen.strokeRect(...place);
}

function drawLabel(pen, { text, confidence, box: [x, y, width, height] }) {
  const size = Math.min(Math.max(SHARE * height, SMALLEST), LARGEST);
  const colour = chooseColour(text, confidence);
  const [wide, high] = [0.95 * size, 1.2 * size];
  const [left, top] = [x + (width - wide) / 2, Math.max(0, y - high - 2 * LINE)];
  pen.fillStyle = colour;
  pen.fillRect(left, top, wide, high);
  pen.fillStyle = chooseInk(colour);
  pen.font = `600 ${size}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, left + wide / 2, top + high / 2 + size * 0.05);
}
