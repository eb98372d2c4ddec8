"use strict";
// What the page shows: strings, each with its picture, or digits, those read alike together.

// ---- the view of strings

function showLines() {
  const first = Math.floor(at / ROWS) * ROWS;
  const list = make("ol", { start: first + 1, class: "rows" });
  for (let i = first; i < Math.min(first + ROWS, rows.length); i++) list.append(makeRow(i));
  main.replaceChildren(list, makePager(first));
  focusRow();
}

function makeRow(i) {
  const row = rows[i];
  const name = row.field ? `Field ${row.field}` : `String ${i + 1}`;
  const label = `${name}, ${percent(row.sure)} sure, read as ${row.read || "nothing"}`;
  const field = make("input", {
    class: "field", value: current(i), "aria-label": label, inputmode: "decimal", autocomplete: "off",
    spellcheck: "false", size: Math.max(8, row.text.length + 3), onfocus: () => (at = i),
    oninput: () => { field.value = field.value.replace(/[^0-9.,/?-]/g, ""); drafts.set(i, field.value); remember(); mark(i); },
  });
  return make("li", { class: "row", id: `row-${i}` },
    row.field ? makeName(row) : "",
    makeCrop(i),
    make("div", { class: "digits" }, ...row.digits.map((digit, k) => makeDigit(i, k, digit))),
    make("div", { class: "edit" }, field,
      make("button", { type: "button", text: "Accept", class: "main", onclick: () => accept(i) }),
      make("button", { type: "button", text: "No digits", onclick: () => refuse(i) }),
      make("span", { class: "state", text: describe(i) })),
    make("p", { class: "meta" }, row.link ? make("a", { href: row.link, target: "_blank", rel: "noopener", tabindex: -1, text: row.file })
      : row.file, ` · page ${row.page}, ${row.field ? "field" : "line"} ${row.line} · ${percent(row.sure)} sure`));
}

function makeName(row) {
  const said = [row.means && `means ${row.means}`, row.reason].filter(Boolean).join(" · ");
  return make("h2", { class: "name", text: row.field }, said ? make("small", { text: ` ${said}` }) : "");
}

function makeCrop(i) {
  const row = rows[i];
  if (!pictures[i]) return make("p", { class: "crop trouble", text: row.trouble });
  const crop = make("div", { class: "crop" }, make("img", {
    src: pictures[i], width: ZOOM * row.width, height: ZOOM * row.height, alt: `Picture of string ${i + 1}`,
  }));
  row.boxes.forEach(([x, , width], k) => {
    if ((row.digits[k]?.sure ?? 1) >= SURE) return;
    const line = make("i", { class: "doubt" });
    line.style.left = `${(100 * x) / row.width}%`;
    line.style.width = `${(100 * width) / row.width}%`;
    crop.append(line);
  });
  return crop;
}

function makeDigit(i, k, digit) {
  const others = digit.others.map(([text, share]) => make("button", {
    type: "button", class: "other", tabindex: -1, text, title: `${percent(share)}: put a ${text} here`,
    "aria-label": `Digit ${k + 1} is a ${text}, ${percent(share)}`, onclick: () => { draftDigit(i, k, text); focusRow(); },
  }));
  return make("div", { class: digit.sure < SURE ? "digit weak" : "digit" },
    make("b", { text: digit.text }), make("span", { text: percent(digit.sure) }), ...others);
}

function makePager(first) {
  const pages = Math.ceil(rows.length / ROWS);
  const go = (step) => { at = clamp(first + step * ROWS, rows.length - 1); showLines(); window.scrollTo(0, 0); };
  return make("nav", { class: "pager", "aria-label": "Pages" },
    make("button", { type: "button", text: "Previous page", disabled: first === 0 && "", onclick: () => go(-1) }),
    make("span", { text: `Page ${first / ROWS + 1} of ${Math.max(1, pages)}` }),
    make("button", { type: "button", text: "Next page", disabled: first + ROWS >= rows.length && "", onclick: () => go(1) }));
}

function mark(i) {
  const row = document.getElementById(`row-${i}`);
  if (!row) return;
  row.classList.toggle("done", typed.has(i));
  row.classList.toggle("changed", typed.has(i) && typed.get(i) !== rows[i].read);
  row.querySelector(".state").textContent = describe(i);
  const field = row.querySelector(".field");
  if (field.value !== current(i)) field.value = current(i);
}

function focusRow() {
  for (let i = 0; i < rows.length; i++) if (document.getElementById(`row-${i}`)) mark(i);
  const row = document.getElementById(`row-${at}`);
  if (!row) return;
  const field = row.querySelector(".field");
  field.value = current(at);
  field.focus({ preventScroll: true });
  field.select();
  row.scrollIntoView({ block: "nearest" });
}

function go(step) {
  const before = Math.floor(at / ROWS);
  at = clamp(at + step, rows.length - 1);
  if (Math.floor(at / ROWS) === before) focusRow();
  else showLines();
}

function accept(i) {
  at = i;
  const text = current(i);
  if (!text && typed.get(i) !== "") return say("The field is empty. Press n where there are no digits.");
  return decide(i, text) ? go(1) : focusRow();
}

function refuse(i) {
  at = i;
  decide(i, "");
  go(1);
}

// ---- the view of digits

/** Return where each digit stands in a row's text; null where the row was changed in another way. */
function findPlaces(i) {
  const [text, now] = [rows[i].text, current(i)];
  const same = text.length === now.length && [...text].every((sign, n) => /[0-9?]/.test(sign) || sign === now[n]);
  return same ? [...text].flatMap((sign, n) => (/[0-9?]/.test(sign) ? [n] : [])) : null;
}

function draftDigit(i, k, label) {
  const places = findPlaces(i);
  if (!places) return say("This string was changed in another way. Change it among the strings.");
  const now = current(i);
  const end = label ? places[k] + 1 : places[k + 1] ?? now.length; // with a digit go the marks behind it
  const text = now.slice(0, places[k]) + label + now.slice(end);
  if (view === "digits" && text !== rows[i].text && TYPED.test(text)) return decide(i, text);
  change(i, text === rows[i].text ? undefined : text, undefined);
  return say(`String ${i + 1} is ${text} now, and not accepted yet.`);
}

function showDigits() {
  const groups = new Map(LABELS.map((label) => [label, []]));
  rows.forEach((row, i) => pictures[i] && row.digits.forEach((digit, k) => row.boxes[k] && groups.get(digit.text)?.push([i, k])));
  main.replaceChildren(...LABELS.filter((label) => groups.get(label).length).map((label) => {
    const members = groups.get(label).sort(([i, k], [j, l]) => rows[i].digits[k].sure - rows[j].digits[l].sure);
    const more = members.length - shown.get(label);
    const title = label === "?" ? "not read" : `read as ${label}`;
    return make("section", { class: "group", "aria-label": title },
      make("h2", { text: `${label} ` }, make("small", { text: `${members.length} ${title}` })),
      make("div", { class: "thumbs" }, ...members.slice(0, shown.get(label)).map(([i, k]) => makeThumb(i, k))),
      more > 0 ? make("button", { type: "button", text: `Show ${Math.min(more, 4 * THUMBS)} more`,
        onclick: () => { shown.set(label, shown.get(label) + 4 * THUMBS); showDigits(); } }) : "");
  }));
  const here = main.querySelector(`[data-row="${at}"]`) ?? main.querySelector(".thumb");
  here?.focus();
}

function makeThumb(i, k) {
  const [row, digit] = [rows[i], rows[i].digits[k]];
  const [x, y, width, height] = row.boxes[k];
  const scale = 44 / Math.max(1, height, width);
  const glass = make("i", { class: "glass" });
  glass.style.backgroundImage = `url(${pictures[i]})`;
  glass.style.backgroundSize = `${row.width * scale}px ${row.height * scale}px`;
  glass.style.backgroundPosition = `${28 - (x + width / 2) * scale}px ${28 - (y + height / 2) * scale}px`;
  const places = findPlaces(i);
  const now = places ? current(i)[places[k]] : "…";
  const changed = now !== digit.text;
  return make("button", {
    type: "button", class: changed ? "thumb changed" : "thumb", "data-row": i, "data-digit": k, onfocus: () => (at = i),
    "aria-label": `${changed ? `${digit.text} is ${now}` : digit.text}, ${percent(digit.sure)} sure, string ${i + 1}`,
  }, glass, make("span", { text: changed ? now : percent(digit.sure) }));
}

function onThumbKey(event, thumb) {
  const thumbs = [...main.querySelectorAll(".thumb")];
  const [i, k] = [Number(thumb.dataset.row), Number(thumb.dataset.digit)];
  const here = thumbs.indexOf(thumb);
  const label = event.key === "x" ? "" : event.key;
  if (/^[0-9x]$/.test(event.key)) {
    draftDigit(i, k, label);
    for (const old of main.querySelectorAll(`[data-row="${i}"]`)) old.replaceWith(makeThumb(i, Number(old.dataset.digit)));
    main.querySelector(`[data-row="${i}"][data-digit="${k}"]`).focus();
  } else if (event.key === "Enter") swap();
  else if (event.key === "ArrowRight") thumbs[here + 1]?.focus();
  else if (event.key === "ArrowLeft") thumbs[here - 1]?.focus();
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") findBeside(thumbs, thumb, event.key === "ArrowDown" ? 1 : -1)?.focus();
  else return false;
  return true;
}

function findBeside(thumbs, thumb, way) {
  const [left, top] = [thumb.offsetLeft, thumb.offsetTop];
  const ahead = thumbs.filter((other) => way * (other.offsetTop - top) > 0);
  const next = Math.min(...ahead.map((other) => way * other.offsetTop));
  const line = ahead.filter((other) => way * other.offsetTop === next);
  return line.sort((a, b) => Math.abs(a.offsetLeft - left) - Math.abs(b.offsetLeft - left))[0];
}
