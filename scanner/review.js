"use strict";
// The page's script: shows strings and digits, takes decisions, saves them as a file. All texts are set as text.

const data = JSON.parse(document.getElementById("data").textContent);
const rows = data.rows;
const ROWS = 40; // strings on a page
const THUMBS = 150; // digits of a group, until more are asked for
const TYPED = /^(?:[0-9][.,/-]?){0,100}$/;
const LABELS = [..."0123456789?"];
const ZOOM = 1.4; // how large strings are shown
const SURE = 0.9; // digits less sure than this stand out

const typed = new Map(); // row -> text that a person has decided on
const drafts = new Map(); // row -> text that is changed, but not decided on
const steps = []; // what each decision was made in place of, for undo
const shown = new Map(LABELS.map((label) => [label, THUMBS]));
let view = "lines";
let at = 0; // the row that is worked on
let unsaved = false;

const main = document.getElementById("main");
const pictures = rows.map((row) => (row.crop ? `data:image/webp;base64,${row.crop}` : ""));

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const say = (sentence) => (document.getElementById("news").textContent = sentence);
const percent = (share) => `${Math.floor(100 * share)} %`;
const current = (i) => drafts.get(i) ?? typed.get(i) ?? rows[i].text;
const clamp = (value, most) => Math.max(0, Math.min(value, most));

// ---- decisions

function change(i, draft, text) {
  steps.push([i, drafts.get(i), typed.get(i)]);
  put(drafts, i, draft);
  put(typed, i, text);
  tell();
}

function put(map, i, value) {
  if (value === undefined) map.delete(i);
  else map.set(i, value);
}

function decide(i, text) {
  if (!TYPED.test(text)) {
    say(text.includes("?") ? "Type what stands where the ? is, or press n where there are no digits."
      : "Expected digits, each with at most one point, comma, dash or slash behind it.");
    return false;
  }
  change(i, undefined, text);
  say(describe(i));
  return true;
}

function undo() {
  if (!steps.length) return say("There is nothing to undo.");
  const [i, draft, text] = steps.pop();
  put(drafts, i, draft);
  put(typed, i, text);
  at = i;
  tell();
  render();
  return say(`Undone: string ${i + 1}.`);
}

function describe(i) {
  if (!typed.has(i)) return drafts.has(i) ? "changed, not accepted yet" : rows[i].seen ? "was looked at before" : "";
  const text = typed.get(i);
  if (text === rows[i].read) return "accepted";
  return text ? `corrected: ${rows[i].read || "nothing"} is ${text}` : "no digits";
}

function tell() {
  unsaved = true;
  const corrected = [...typed].filter(([i, text]) => text !== rows[i].read).length;
  document.getElementById("count").textContent =
    `${typed.size} of ${rows.length} done, ${corrected} corrected${unsaved && typed.size ? ", not saved" : ""}`;
  document.getElementById("progress").value = typed.size;
  remember();
}

function save() {
  if (!typed.size) return say("Nothing is decided yet.");
  const corrections = [...typed].sort(([a], [b]) => a - b).map(([i, text]) => {
    const { content, page, size, box, read, file, field } = rows[i];
    return { file, content, page, size, box, field, read, text };
  });
  const file = { kind: data.kind, version: data.version, results: data.results, corrections };
  const url = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
  const name = `${data.name}.corrections.json`;
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  tell();
  unsaved = false;
  const count = document.getElementById("count");
  count.textContent = count.textContent.replace("not saved", "saved");
  return say(`${typed.size} saved as ${name}. Apply it: digits-scan review RESULTS --apply FILE`);
}

// ---- a reload loses nothing, as long as the tab lives

const key = (row) => [row.content, row.page, row.field, ...row.box, row.text].join(" ");
const place = `digitlens ${data.results}`;

function remember() {
  try {
    const pack = (map) => [...map].map(([i, text]) => [key(rows[i]), text]);
    sessionStorage.setItem(place, JSON.stringify([pack(typed), pack(drafts)]));
  } catch { /* a browser that keeps nothing still works */ }
}

function recall() {
  try {
    const known = new Map(rows.map((row, i) => [key(row), i]));
    const stored = JSON.parse(sessionStorage.getItem(place)) ?? [[], []];
    [typed, drafts].forEach((map, n) => stored[n].forEach(([k, text]) => known.has(k) && map.set(known.get(k), text)));
  } catch { /* see above */ }
}

// ---- keys and buttons

function swap() {
  view = view === "lines" ? "digits" : "lines";
  render();
}

function render() {
  document.getElementById("show-lines").setAttribute("aria-pressed", view === "lines");
  document.getElementById("show-digits").setAttribute("aria-pressed", view === "digits");
  if (!rows.length) main.replaceChildren(make("p", { class: "note", text: "There is nothing to look at." }));
  else if (view === "lines") showLines();
  else showDigits();
}

function toggleKeys() {
  const [keys, button] = [document.getElementById("keys"), document.getElementById("help")];
  keys.hidden = !keys.hidden;
  button.setAttribute("aria-expanded", !keys.hidden);
}

const COMMANDS = { u: undo, s: save, d: swap, h: toggleKeys };
const LINE_KEYS = {
  Enter: () => accept(at), n: () => refuse(at), ArrowDown: () => go(1), j: () => go(1), ArrowUp: () => go(-1),
  k: () => go(-1), PageDown: () => go(ROWS), PageUp: () => go(-ROWS),
};

function onKey(event) {
  const saves = (event.ctrlKey || event.metaKey) && event.key === "s";
  if ((event.ctrlKey || event.metaKey || event.altKey) && !saves) return;
  const target = event.target;
  const isField = target.classList.contains("field");
  const thumb = target.closest(".thumb");
  const presses = (target.tagName === "BUTTON" || target.tagName === "A") && !thumb && (event.key === "Enter" || event.key === " ");
  if (presses) return;
  const done = thumb && !saves && onThumbKey(event, thumb);
  const command = COMMANDS[event.key] ?? (view === "lines" && rows.length ? LINE_KEYS[event.key] : undefined);
  if (!done && command) command();
  if (done || command || (isField && event.key.length === 1 && !/[0-9.,/-]/.test(event.key))) event.preventDefault();
}

recall();
document.getElementById("about").textContent = data.about;
document.getElementById("progress").max = Math.max(1, rows.length);
document.getElementById("show-lines").addEventListener("click", () => { view = "lines"; render(); });
document.getElementById("show-digits").addEventListener("click", () => { view = "digits"; render(); });
document.getElementById("undo").addEventListener("click", undo);
document.getElementById("save").addEventListener("click", save);
document.getElementById("help").addEventListener("click", toggleKeys);
document.addEventListener("keydown", onKey);
window.addEventListener("beforeunload", (event) => { if (unsaved && typed.size) event.preventDefault(); });
tell();
render();
