// What was read: strings, large, digit by digit, by page; one digit looked at closely; copied, or saved as a file.

import { copyText, saveFile } from "./copies.js";
import { find, make, percent } from "./dom.js";
import { listEntries } from "./entries.js";
import { Inspector } from "./inspector.js";
import { CONFIDENCES, chooseColour } from "./scale.js";
import { Strings } from "./strings.js";
import { toCsv, toJson } from "./table.js";

/** Swatches of the scale's legend. */
const STEPS = 5;

export class Readout {
  #pages = []; #root; #strings; #inspector; #buttons; #onPick; #empty;

  /** panel: where it stands. empty: what is said where nothing is read yet. onPick: is told page, line and digit. */
  constructor(panel, empty, onPick = () => {}) {
    const root = find("readout").content.cloneNode(true).firstElementChild;
    const list = root.querySelector(".strings");
    panel.append(root);
    this.#root = root;
    this.#onPick = onPick;
    this.#empty = empty;
    this.#inspector = new Inspector(root.querySelector(".inspector"));
    this.#strings = new Strings(list, (...place) => this.pick(...place));
    this.#buttons = [".copy-all", ".json", ".csv"].map((name) => root.querySelector(name));
    const [copy, json, csv] = this.#buttons;
    copy.addEventListener("click", () => copyText(copy, this.#listTexts().join("\n"), list));
    json.addEventListener("click", () => saveFile("digits.json", toJson(this.#listRecords()), "application/json"));
    csv.addEventListener("click", () => saveFile("digits.csv", toCsv(this.#listRecords()), "text/csv"));
    root.querySelector(".scale").append(...makeScale());
    this.show([]);
  }

  /**
   * Show these pages instead of those before; what stays the same stays where it is.
   * Each is {name, title, record, picture, scale}: record a reading, or {error}; picture an image or a canvas, if any;
   * scale its pixels per pixel of the boxes; title what stands above its strings, and note what is added to each digit,
   * if anything.
   */
  show(pages) {
    this.#pages = pages;
    this.#strings.show(pages, this.#empty);
    const [copy, ...files] = this.#buttons;
    copy.disabled = !this.#listTexts().length;
    for (const button of files) button.disabled = !pages.length;
    const marked = this.#strings.getMarked();
    this.#root.classList.toggle("picked", Boolean(marked));
    if (marked) this.pick(...marked);
    else this.#inspector.clear();
  }

  /** Look at one digit. */
  pick(page, line, digit) {
    const { record, picture, scale, note = "" } = this.#pages[page];
    const digits = record.lines[line]?.digits;
    if (!digits?.[digit]) return;
    this.#root.classList.add("picked");
    this.#strings.mark(page, line, digit);
    this.#inspector.show(digits[digit], { which: `Digit ${digit + 1} of ${digits.length}`, note, picture, scale });
    this.#onPick(page, line, digit);
  }

  #listTexts() {
    return this.#pages.flatMap(({ record }) => listEntries(record).map((entry) => entry.text));
  }

  #listRecords() {
    return this.#pages.map(({ name, record }) => ({ ...record, source: name }));
  }
}

/** Return the scale's legend: from unsure to sure, and the refused. */
function makeScale() {
  const [least] = CONFIDENCES;
  const swatches = Array.from({ length: STEPS }, (_, step) => {
    const swatch = make("i");
    swatch.style.backgroundColor = chooseColour("0", least + (step / (STEPS - 1)) * (1 - least));
    return swatch;
  });
  const ends = [least, 1].map((share) => make("span", { text: percent(share) }));
  const refused = [make("b", { text: "?" }), make("span", { text: "not sure" })];
  return [make("span", { text: "sure:" }), ends[0], ...swatches, ends[1], ...refused];
}
