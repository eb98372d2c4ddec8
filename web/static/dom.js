// Small helpers of the page: elements, sentences, percentages. All texts are set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Return the element of that id; the page has it. */
export const find = (id) => document.getElementById(id);

/** Make an element. attributes: "text" is its text, "onclick" and the like are listeners, false leaves one out. */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for the shapes of a drawing. */
export function makeShape(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Set a text only where it differs, so that nothing is drawn or spoken anew for naught. */
export function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tell it to those who listen to the page. */
export const say = (sentence) => tell(find("news"), sentence);

/** "20?" -> "2 0 question mark": a screen reader would else say a number, and no sign. */
export const spell = (text) => [...text].map((sign) => (sign === "?" ? "question mark" : sign)).join(" ");

/** 0.987 -> "98 %": rounded down, so that 100 % is said of nothing less. */
export const percent = (share) => `${Math.floor(100 * share + 1e-9)} %`;

/** 3, "string" -> "3 strings". */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
