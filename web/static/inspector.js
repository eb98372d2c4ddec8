// Tells of one digit what is known: how sure it is, what else it may be, the scores of all ten, and what it looks like.

import { make, percent, tell } from "./dom.js";
import { describeDigit } from "./entries.js";
import { chooseColour } from "./scale.js";

const DIGITS = [..."0123456789"];

/** How much of its surroundings is shown on each side of a digit, as a share of its longer side. */
const AROUND = 0.2;

export class Inspector {
  #which; #why; #loupe; #scores; #bars;

  /** root: the element that holds the parts. */
  constructor(root) {
    const parts = [".which", ".why", ".loupe", ".scores"].map((part) => root.querySelector(part));
    [this.#which, this.#why, this.#loupe, this.#scores] = parts;
    this.#bars = DIGITS.map((digit) => {
      const [bar, share] = [make("i", { class: "level" }), make("span", { class: "share" })];
      const column = make("span", { class: "column" }, bar);
      this.#scores.append(make("span", { class: "score" }, share, column, make("b", { text: digit })));
      return { bar, share };
    });
    this.clear();
  }

  /** Tell of no digit. */
  clear() {
    tell(this.#which, "");
    tell(this.#why, "Point at a digit, or go to it with the arrow keys.");
    this.#loupe.getContext("2d").clearRect(0, 0, this.#loupe.width, this.#loupe.height);
    this.#draw(null, "");
  }

  /**
   * Tell of a digit. which: "Digit 2 of 4". note: a sentence more. picture: image or canvas; scale: its pixels per
   * pixel of the digit's box.
   */
  show(digit, { which, note, picture, scale }) {
    tell(this.#which, which);
    tell(this.#why, `${describeDigit(digit)} ${note}`);
    this.#look(digit.box, picture, scale);
    this.#draw(digit.scores ?? null, digit.text);
  }

  #look([x, y, width, height], picture, scale) {
    const pen = this.#loupe.getContext("2d");
    const side = this.#loupe.width;
    pen.clearRect(0, 0, side, side);
    if (!picture) return;
    const around = Math.max(width, height) * (1 + 2 * AROUND);
    const [left, top] = [x + width / 2 - around / 2, y + height / 2 - around / 2];
    pen.drawImage(picture, left * scale, top * scale, around * scale, around * scale, 0, 0, side, side);
  }

  #draw(scores, text) {
    this.#scores.classList.toggle("none", !scores);
    const told = scores && DIGITS.map((digit, i) => `${digit}: ${percent(scores[i])}`).join(", ");
    this.#scores.setAttribute("aria-label", told ? `Scores: ${told}` : "No scores");
    this.#bars.forEach(({ bar, share }, i) => {
      const score = scores?.[i] ?? 0;
      bar.style.transform = `scaleY(${score})`;
      bar.style.backgroundColor = DIGITS[i] === text ? chooseColour(text, score) : "";
      tell(share, scores && score >= 0.005 ? String(Math.floor(100 * score + 1e-9)) : "");
    });
  }
}
