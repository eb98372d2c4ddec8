// The scale of confidence: the colours that digits-scan draws and digits-live shows. Orange is unsure, blue is sure;
// it gets lighter with doubt, so that people who confuse red and green see it, and so does a grey print.

/** Where the scale has its marks. */
export const CONFIDENCES = [0.5, 0.75, 1];

/** Okabe and Ito's orange, purple and blue at these marks: red, green, blue. */
const COLOURS = [[230, 159, 0], [204, 121, 167], [0, 114, 178]];

const BLACK = "rgb(20, 20, 20)";

/** What is printed for a digit whose reading is refused. */
export const REFUSED = "?";

/** Return the colour of a digit. confidence: 0..1. */
export function chooseColour(text, confidence) {
  if (text === REFUSED) return BLACK;
  const at = Math.min(Math.max(confidence, CONFIDENCES[0]), 1);
  const k = at < CONFIDENCES[1] ? 0 : 1;
  const share = (at - CONFIDENCES[k]) / (CONFIDENCES[k + 1] - CONFIDENCES[k]);
  return `rgb(${COLOURS[k].map((from, i) => Math.round(from + share * (COLOURS[k + 1][i] - from))).join(", ")})`;
}

/** Return what can be read on a colour of the scale. */
export function chooseInk(colour) {
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255 > 0.45 ? BLACK : "#fff";
}
