// The list of strings: pages, their strings, their digits. It keeps its elements while a drawing or a camera changes
// them, so that what is selected, focused or pointed at stays so.

import { copyText } from "./copies.js";
import { make, percent, spell, tell } from "./dom.js";
import { describeDigit, listEntries } from "./entries.js";
import { REFUSED, chooseColour } from "./scale.js";

/** Where the arrow keys go: lines down, digits right. */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const PARTS = ["name", "text", "sure", "copy", "note"];

export class Strings {
  #root; #onPick; #marked = null;

  /** root: holds the list. onPick: is told page, line and digit that the pointer or the focus is on. */
  constructor(root, onPick) {
    this.#root = root;
    this.#onPick = onPick;
    root.addEventListener("pointerover", (event) => this.#take(event.target));
    root.addEventListener("focusin", (event) => this.#take(event.target));
    root.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Return page, line and digit that are marked; null where none is. */
  getMarked() {
    return this.#marked && getPlace(this.#marked);
  }

  /** Show pages, as Readout has them. empty: the sentence where there are none. */
  show(pages, empty) {
    if (!pages.length) this.#root.replaceChildren(make("p", { class: "quiet empty", text: empty }));
    else {
      this.#root.querySelector(".empty")?.remove();
      fit(this.#root, pages, makeGroup, putGroup);
    }
    if (!this.#marked?.isConnected) this.#marked = null;
    for (const text of this.#root.querySelectorAll(".text")) keepOneStop(text);
  }

  /** Make one digit stand out. */
  mark(page, line, digit) {
    this.#marked?.classList.remove("marked");
    this.#marked = this.#root.querySelector(`[data-page="${page}"][data-line="${line}"][data-digit="${digit}"]`);
    this.#marked?.classList.add("marked");
  }

  #take(target) {
    const digit = target.closest("[data-digit]");
    if (digit && digit !== this.#marked) this.#onPick(...getPlace(digit));
  }

  #walk(event) {
    const here = event.target.closest("[data-digit]");
    if (!here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = this.#findNext(here, event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (!next) return;
    keepOneStop(next.closest(".text"), next);
    next.focus();
  }

  /** Return the digit that a key goes to; null beyond the last, undefined where the key goes nowhere. */
  #findNext(here, key) {
    const rows = [...this.#root.querySelectorAll(".text")].map(listDigits).filter((digits) => digits.length);
    const row = rows.findIndex((digits) => digits.includes(here));
    const at = rows[row].indexOf(here);
    if (key === "Home") return rows[row][0];
    if (key === "End") return rows[row].at(-1);
    if (!STEPS[key]) return undefined;
    const [down, right] = STEPS[key];
    const line = rows[row + down] ?? [];
    return line[down ? Math.min(at, line.length - 1) : at + right] ?? null;
  }
}

const listDigits = (text) => [...text.querySelectorAll("[data-digit]")];

const getPlace = (digit) => ["page", "line", "digit"].map((name) => Number(digit.dataset[name]));

/** Each string is one stop of the Tab key; arrows go on from there. */
function keepOneStop(text, wanted) {
  const digits = listDigits(text);
  const stop = wanted ?? digits.find((digit) => digit.tabIndex === 0) ?? digits[0];
  for (const digit of digits) digit.tabIndex = digit === stop ? 0 : -1;
}

/** Make an element's children as many as the values, and put each value into its own; extra ones go. */
function fit(parent, values, makeChild, put) {
  for (const extra of [...parent.children].slice(values.length)) extra.remove();
  values.forEach((value, i) => {
    if (!parent.children[i]) parent.append(makeChild());
    put(parent.children[i], value, i);
  });
}

const makeGroup = () => make("section", { class: "group" }, make("h3"), make("div"), make("p", { class: "note" }));

function putGroup(group, { title = "", record }, page) {
  const [head, list, note] = group.children;
  group.classList.toggle("failed", Boolean(record.error));
  head.hidden = !title;
  tell(head, title);
  fit(list, listEntries(record), makeEntry, (row, entry) => putEntry(row, entry, page));
  const isEmpty = !record.error && !record.lines.length;
  tell(note, record.error ?? [isEmpty ? "No digits." : "", ...(record.problems ?? [])].filter(Boolean).join(" "));
}

function makeEntry() {
  const text = make("div", { class: "text", role: "toolbar" });
  const onclick = () => copyText(copy, copy.value, text);
  const copy = make("button", { type: "button", class: "copy", text: "Copy", onclick });
  return make("div", { class: "string" }, make("p", { class: "name" }), text, make("span", { class: "sure" }), copy,
    make("p", { class: "note" }));
}

function putEntry(row, { name, text, line, index, confidence, note }, page) {
  const parts = Object.fromEntries(PARTS.map((part) => [part, row.querySelector(`.${part}`)]));
  const isLike = !line || text === line.text || !name;
  tell(parts.name, name);
  putDigits(parts.text, line, [page, index]);
  parts.text.setAttribute("aria-label", `${name || `String ${index + 1}`}: ${spell(text) || "empty"}`);
  tell(parts.sure, line ? percent(confidence) : "");
  tell(parts.note, [isLike ? "" : `means ${text}`, note].filter(Boolean).join("; "));
  parts.copy.disabled = !text;
  parts.copy.value = text;
  parts.copy.setAttribute("aria-label", `Copy ${text}`);
  row.classList.toggle("wrong", Boolean(note));
}

/** Put a line's digits, and its marks between them. place: page and line. */
function putDigits(text, line, place) {
  const signs = (line?.digits ?? []).map((digit, k) => ({ digit, k }));
  for (const [position, mark] of [...(line?.marks ?? [])].reverse()) signs.splice(position, 0, { mark });
  fit(text, signs, () => make("span"), (element, { digit, k, mark }) => {
    if (mark) putMark(element, mark);
    else putDigit(element, digit, [...place, k]);
  });
}

function putMark(element, mark) {
  for (const name of element.getAttributeNames()) element.removeAttribute(name);
  element.className = "mark";
  tell(element, mark);
}

function putDigit(element, digit, [page, line, k]) {
  element.className = ["digit", digit.text === REFUSED && "refused", digit.settled === false && "unsettled",
    element.classList.contains("marked") && "marked"].filter(Boolean).join(" ");
  if (!element.hasAttribute("role")) element.tabIndex = -1;
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", describeDigit(digit));
  Object.assign(element.dataset, { page, line, digit: k });
  element.style.setProperty("--sure", digit.confidence.toFixed(3));
  element.style.setProperty("--colour", chooseColour(digit.text, digit.confidence));
  tell(element, digit.text);
}
