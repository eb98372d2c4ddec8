// The way in by files: dropped, chosen or pasted. Each is read by itself; its answer comes below those before it.

import { Boxes } from "./boxes.js";
import { Trouble, isAbort, readPages } from "./client.js";
import { count, find, make, say, tell } from "./dom.js";
import { describePage } from "./entries.js";
import { Readout } from "./readout.js";

/** Files that the server reads at once for this page: while one is read, the next is on its way. */
const AT_ONCE = 2;

const MEGA = 1e6;

/** Suffixes of files that are called otherwise. */
const NAMES = {
  ".jpg": "JPEG", ".tif": "TIFF", ".pbm": "PNM", ".pgm": "PNM", ".ppm": "PNM", ".heif": "HEIC", ".webp": "WebP",
};

export class Files {
  #readout; #boxes; #waiting = []; #running = 0; #stop = new AbortController(); #turn = Promise.resolve();
  #pages = []; #shown = -1; #done = 0; #all = 0; #failed = 0; #limits = {}; #pause = "";

  /** onArrival: is told when files come, that their panel may be shown. */
  constructor(onArrival) {
    const look = (...place) => this.#look(...place);
    this.#readout = new Readout(find("panel-files"), "The strings will stand here.", look);
    this.#boxes = new Boxes(find("sheet"), (line, digit) => this.#readout.pick(this.#shown, line, digit));
    const arrive = (files) => {
      if (!files.length) return;
      onArrival();
      this.read(files);
    };
    listen(arrive);
    find("files-clear").addEventListener("click", () => this.clear());
    find("earlier").addEventListener("click", () => this.#turnTo(-1));
    find("later").addEventListener("click", () => this.#turnTo(1));
    find("enlarge").addEventListener("click", () => this.#enlarge());
    this.#refresh();
  }

  /** limits: what the server takes, as it says. */
  setLimits(limits) {
    this.#limits = limits;
    find("chooser").accept = limits.formats.join(",");
    const known = [...new Set(limits.formats.map((suffix) => NAMES[suffix] ?? suffix.slice(1).toUpperCase()))];
    const [most, pixels] = [limits.max_bytes, limits.max_pixels].map((value) => Math.floor(value / MEGA));
    const kinds = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
    tell(find("limits"), `${kinds}, up to ${most} MB and ${pixels} megapixels.`);
  }

  /** Read files, after those that came before. */
  read(files) {
    this.#waiting.push(...files);
    this.#all += files.length;
    this.#pump();
  }

  /** Break off what is being read. */
  stop() {
    if (!this.#running && !this.#waiting.length) return;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#waiting = [];
    this.#all = this.#done;
    this.#refresh();
  }

  /** Take all away. */
  clear() {
    this.stop();
    [this.#pages, this.#shown, this.#done, this.#all, this.#failed] = [[], -1, 0, 0, 0];
    this.#readout.show([]);
    this.#show(-1);
    find("choose").focus();
  }

  #pump() {
    while (this.#running < AT_ONCE && this.#waiting.length) {
      this.#running += 1;
      const [file, { signal }, before] = [this.#waiting.shift(), this.#stop, this.#turn];
      const pages = [];
      const reading = this.#take(file, signal, (page) => pages.push(page));
      // answers stand in the order of their files, whichever comes first
      this.#turn = Promise.all([before, reading]).then(() => this.#put(pages, signal));
      reading.then(() => {
        this.#running -= 1;
        this.#pump();
      });
    }
    this.#refresh();
  }

  /** Read a file. put: takes its pages; where it fails, one that says why. */
  async #take(file, signal, put) {
    const name = file.name || "clipboard";
    try {
      this.#refuseLarge(file);
      const options = { scores: 1, picture: 1, template: find("template").value };
      const onWait = (seconds) => this.#wait(`The server is busy. It is asked again in ${count(seconds, "second")}.`);
      for await (const record of readPages(file, options, { signal, onWait })) {
        this.#wait("");
        put(await toPage(name, record));
      }
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Trouble)) throw error;
      put({ name, title: name, record: { error: error.message } });
    }
  }

  #refuseLarge(file) {
    const most = this.#limits.max_bytes;
    if (!most || file.size <= most) return;
    const [is, may] = [file.size, most].map((bytes) => (bytes / MEGA).toFixed(0));
    throw new Trouble(`This file has ${is} MB; at most ${may} MB are taken. Save it smaller, or in parts.`);
  }

  #put(pages, signal) {
    if (signal.aborted) return;
    this.#done += 1;
    this.#failed += pages.some((page) => page.record.error) ? 1 : 0;
    this.#pages.push(...pages);
    this.#readout.show(this.#pages);
    if (this.#shown < 0) this.#show(this.#pages.findIndex((page) => page.picture));
    else this.#refresh();
    say(pages.map(describePage).join(" "));
  }

  #wait(sentence) {
    this.#pause = sentence;
    this.#refresh();
  }

  #look(page, line, digit) {
    if (page !== this.#shown) this.#show(page);
    this.#boxes.mark(line, digit);
  }

  #turnTo(step) {
    const withPictures = this.#pages.flatMap((page, i) => (page.picture ? [i] : []));
    const next = withPictures[withPictures.indexOf(this.#shown) + step];
    if (next !== undefined) this.#show(next);
  }

  #enlarge() {
    const isLarge = find("files-bench").classList.toggle("large");
    find("enlarge").setAttribute("aria-pressed", isLarge);
  }

  /** Show a page's picture with its boxes; -1: the invitation. */
  #show(i) {
    this.#shown = i;
    const page = this.#pages[i];
    find("sheet").hidden = !page;
    find("invitation").hidden = Boolean(page);
    if (page) find("sheet").querySelector("img").replaceWith(page.picture);
    this.#boxes.show(page?.record ?? null);
    this.#refresh();
  }

  #refresh() {
    const [isBusy, has] = [this.#done < this.#all, this.#all > 0];
    const pictures = this.#pages.flatMap((page, i) => (page.picture ? [i] : []));
    const at = pictures.indexOf(this.#shown);
    find("files-progress").max = Math.max(1, this.#all);
    find("files-progress").value = this.#done;
    find("files-progress").classList.toggle("idle", !isBusy);
    find("enlarge").disabled = at < 0;
    find("more").disabled = find("files-clear").disabled = !has;
    find("pager").hidden = pictures.length < 2;
    find("earlier").disabled = at <= 0;
    find("later").disabled = at === pictures.length - 1;
    tell(find("page-name"), `${at + 1} of ${pictures.length}`);
    const state = this.#pause || `Reading: ${this.#done} of ${count(this.#all, "file")} done.`;
    tell(find("files-state"), isBusy ? state : this.#tellAll());
  }

  #tellAll() {
    if (!this.#all) return "";
    const strings = this.#pages.reduce((sum, { record }) => sum + (record.lines?.length ?? 0), 0);
    const failed = this.#failed ? `; ${count(this.#failed, "file")} could not be read` : "";
    return `${count(this.#done, "file")}: ${count(strings, "string")}${failed}.`;
  }
}

/** Return what is shown of a page; its picture is decoded by then. */
async function toPage(name, record) {
  if (record.error) return { name, title: name, record };
  const title = record.page > 1 ? `${name}, page ${record.page}` : name;
  const picture = make("img", { id: "picture", src: record.picture, alt: `${title}, as it was read` });
  await picture.decode().catch(() => {});
  return { name, title, record, picture, scale: picture.naturalWidth / record.width };
}

/** Take files wherever they come from: the chooser, a drop on the page, the clipboard. */
function listen(arrive) {
  const chooser = find("chooser");
  for (const id of ["choose", "more"]) find(id).addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    arrive([...chooser.files]);
    chooser.value = "";
  });
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const tint = (event, on) => hasFiles(event) && document.body.classList.toggle("dropping", on);
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
    tint(event, true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && tint(event, false));
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    tint(event, false);
    arrive([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => arrive([...(event.clipboardData?.files ?? [])]));
  find("paste").hidden = !navigator.clipboard?.read;
  find("paste").addEventListener("click", () => paste(arrive));
}

/** Take pictures from the clipboard, which a finger cannot do by keys. */
async function paste(arrive) {
  try {
    const items = await navigator.clipboard.read();
    const found = items.map((item) => [item, item.types.find((type) => type.startsWith("image/"))]);
    const pictures = found.flatMap(([item, type]) => (type ? [item.getType(type)] : []));
    if (!pictures.length) tell(find("files-state"), "The clipboard holds no picture. Copy one, then press Paste.");
    arrive(await Promise.all(pictures));
  } catch {
    tell(find("files-state"), "The browser does not let this page look into the clipboard. Press Ctrl+V instead.");
  }
}
