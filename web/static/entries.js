// What is told of a page: its strings, or the fields of a form, each as one entry; and the sentences about them.

import { count, percent, spell } from "./dom.js";
import { REFUSED } from "./scale.js";

/** Below this share nothing is told as another reading. */
const WORTH = 0.001;

/** How many other readings of a digit are told. */
const OTHERS = 3;

/** Return a line's text with its points, commas, dashes and slashes in their places. */
export function insertMarks(line) {
  let [text, done] = ["", 0];
  for (const [position, sign] of line.marks ?? []) {
    text += line.text.slice(done, position) + sign;
    done = position;
  }
  return text + line.text.slice(done);
}

/**
 * Return the entries of a page: {name, text, line, index, confidence, note}.
 * text: what is copied; of a field, its value. line: its digits; null where a field is empty. note: what is wrong.
 */
export function listEntries(record) {
  const fields = Object.entries(record.fields ?? {});
  if (!fields.length) {
    return (record.lines ?? []).map((line, index) => ({
      name: "", text: insertMarks(line), line, index, confidence: line.confidence, note: "",
    }));
  }
  return fields.map(([name, field]) => ({
    name, text: field.value, line: record.lines[field.line] ?? null, index: field.line, confidence: field.confidence,
    note: field.valid ? "" : field.reason || "This is not valid.",
  }));
}

/** Return what a page holds, for those who listen. page: {name, record}. */
export function describePage({ name, record }) {
  if (record.error) return `${name}: ${record.error}`;
  const entries = listEntries(record);
  if (!entries.length) return `${name}: no digits.`;
  const texts = entries.map((entry) => [entry.name, spell(entry.text) || "empty"].filter(Boolean).join(" "));
  return `${name}: ${count(entries.length, "string")}. ${texts.join(", ")}.`;
}

/** Return what a digit is and what else it may be, in a sentence. */
export function describeDigit({ text, confidence, alternatives = [] }) {
  const others = alternatives.filter(([, share]) => share >= WORTH).slice(0, OTHERS)
    .map(([other, share]) => `${other} ${share < 0.01 ? "under 1 %" : percent(share)}`);
  const rest = others.length ? `; or ${others.join(", ")}` : "";
  if (text !== REFUSED) return `A ${text}, ${percent(confidence)} sure${rest}.`;
  const likely = others.length ? `; most likely ${others.join(", or ")}` : "";
  return `? stands for a digit that it is not sure enough of to say${likely}.`;
}
