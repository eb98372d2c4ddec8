// The page: three ways in, of which one is shown; the help; what the server is asked at the start.

import { Camera } from "./camera.js";
import { getLimits, getTemplates } from "./client.js";
import { find, make, tell } from "./dom.js";
import { Draw } from "./draw.js";
import { Files } from "./files.js";

const NAMES = ["files", "draw", "camera"];

const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

const ways = { files: new Files(() => choose("files")), draw: new Draw(), camera: new Camera() };

/** Show one way in; the others rest. */
function choose(name, takesFocus = false) {
  for (const other of NAMES) {
    const [tab, isChosen] = [find(`tab-${other}`), other === name];
    tab.setAttribute("aria-selected", isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
    find(`panel-${other}`).hidden = !isChosen;
    if (isChosen && takesFocus) tab.focus();
  }
  if (name !== "camera") ways.camera.stop();
  history.replaceState(null, "", `#${name}`);
}

function walk(event) {
  const at = NAMES.findIndex((name) => event.target.id === `tab-${name}`);
  const last = NAMES.length - 1;
  const step = KEYS[event.key];
  const next = { Home: 0, End: last }[event.key] ?? (step && (at + step + NAMES.length) % NAMES.length);
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  choose(NAMES[next], true);
}

/** Ask what the server takes, and by which templates it reads forms. */
async function ask() {
  try {
    const onWait = () => tell(find("limits"), "The reader is starting.");
    const [limits, templates] = await Promise.all([getLimits(onWait), getTemplates(onWait)]);
    ways.files.setLimits(limits);
    find("template").append(...templates.map((name) => make("option", { value: name, text: name })));
    find("template-label").hidden = !templates.length;
  } catch (error) {
    tell(find("trouble"), error.message);
    find("trouble").hidden = false;
  }
}

for (const name of NAMES) find(`tab-${name}`).addEventListener("click", () => choose(name));
document.querySelector("[role=tablist]").addEventListener("keydown", walk);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || find("help").open) return;
  ways.files.stop();
  ways.draw.stop();
});
find("help-open").addEventListener("click", () => find("help").showModal());
choose(NAMES.find((name) => location.hash === `#${name}`) ?? NAMES[0]);
ask();
