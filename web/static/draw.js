// The way in by drawing: paper that takes a mouse, a finger or a pen. The reading follows while one writes, and the end
// of a stroke is read at once. Where the server is slower than the hand, the newest state waits and those between are
// left out: to break each off would cost the server more than to finish it.

import { Boxes } from "./boxes.js";
import { isAbort, readPicture, Trouble } from "./client.js";
import { count as tally, find, make, say, tell } from "./dom.js";
import { describePage } from "./entries.js";
import { Readout } from "./readout.js";
import { Sketch, WIDTH, drawStrokes, toWidth } from "./sketch.js";

/** While a stroke is drawn, it is read this often, in milliseconds. */
const OFTEN = 250;

/** Readings that are under way at once: that of a stroke's end need not wait for one that began before. */
const AT_ONCE = 2;

/** When the hand has rested so long, what was read is told to those who listen, in milliseconds. */
const REST = 900;

/** What the reader sees, whatever the page's colours are. */
const [PAPER, INK] = ["#fff", "#000"];

export class Draw {
  #sketch = new Sketch(); #height = WIDTH / 2; #pointer = null; #requests = []; #isWanted = false; #ended = 0;
  #canvas = find("draw-canvas"); #bench = find("draw-bench"); #print = make("canvas"); #readout; #boxes;
  #rest = 0; #due = false;

  constructor() {
    const mark = (page, ...place) => this.#boxes.mark(...place);
    this.#readout = new Readout(find("panel-draw"), "The reading follows the pen.", mark);
    this.#boxes = new Boxes(find("draw-sheet"));
    const on = (kind, act) => this.#canvas.addEventListener(kind, act);
    on("pointerdown", (event) => this.#begin(event));
    on("pointermove", (event) => this.#add(event));
    for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) on(kind, (event) => this.#end(event));
    const sketch = this.#sketch;
    const changes = { undo: () => sketch.undo(), redo: () => sketch.redo(), "draw-clear": () => sketch.clear() };
    for (const [id, change] of Object.entries(changes)) find(id).addEventListener("click", () => this.#change(change));
    document.addEventListener("keydown", (event) => {
      if (find("panel-draw").hidden || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      this.#change(event.shiftKey ? changes.redo : changes.undo);
    });
    new ResizeObserver(() => this.#fit()).observe(this.#bench);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    this.#refresh();
  }

  /** Break off what is being read. */
  stop() {
    for (const request of this.#requests) request.abort();
    this.#isWanted = false;
  }

  #begin(event) {
    if (this.#pointer !== null || event.button !== 0) return; // a second finger, or the palm
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#sketch.begin(this.#toPoint(event));
    this.#ended = performance.now();
    this.#refresh();
  }

  #add(event) {
    if (event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.#sketch.add((events.length ? events : [event]).map((each) => this.#toPoint(each)));
    this.#draw();
    if (!this.#requests.length && performance.now() - this.#ended > OFTEN) this.#read();
  }

  #end(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#refresh();
    this.#read();
  }

  #change(change) {
    if (this.#pointer !== null) return;
    change();
    this.#refresh();
    this.#read();
  }

  /** Return where on the sheet an event is, and how wide the line is there. */
  #toPoint(event) {
    const { left, top, width } = this.#canvas.getBoundingClientRect();
    const scale = WIDTH / width;
    const wide = toWidth(event.pressure, event.pointerType === "pen");
    return [(event.clientX - left) * scale, (event.clientY - top) * scale, wide];
  }

  /** Read what is drawn now, or as soon as one of those under way is done. */
  async #read() {
    this.#ended = performance.now();
    clearTimeout(this.#rest);
    if (!this.#sketch.strokes.length) {
      this.stop();
      return this.#show(null, "");
    }
    this.#isWanted = this.#requests.length >= AT_ONCE;
    return this.#isWanted ? undefined : this.#ask();
  }

  async #ask() {
    const request = new AbortController();
    const [start, count, isWhole] = [this.#ended, this.#sketch.strokes.length, this.#pointer === null];
    this.#requests.push(request);
    try {
      const picture = await this.#take();
      const onWait = () => tell(find("draw-state"), "The server is busy; the reading follows.");
      const options = { scores: 1, straighten: 0, again: 0 }; // the sheet on the screen lies straight, and its ink is clean
      const record = await readPicture(picture, options, { signal: request.signal, onWait });
      request.signal.throwIfAborted();
      for (const older of this.#requests.slice(0, this.#requests.indexOf(request))) older.abort();
      const took = Math.round(performance.now() - start);
      this.#show(record, isWhole ? `${tally(count, "stroke")}; read ${took} ms after the last.` : "");
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Trouble)) throw error;
      this.#show({ error: error.message }, error.message);
    } finally {
      this.#requests = this.#requests.filter((other) => other !== request);
      if (this.#isWanted) {
        this.#isWanted = false;
        this.#ask();
      }
    }
  }

  #show(record, state) {
    if (state || !record) tell(find("draw-state"), state);
    if (!record) this.#readout.show([]);
    else {
      const page = { name: "drawing", record, picture: this.#print, scale: 1 };
      this.#readout.show([page]);
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => say(describePage(page)), REST);
    }
    this.#boxes.show(record?.lines ? record : null);
  }

  /** Return what is drawn as a picture for the reader: black on white. */
  #take() {
    Object.assign(this.#print, { width: WIDTH, height: this.#height });
    const pen = this.#print.getContext("2d");
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, WIDTH, this.#height);
    drawStrokes(pen, this.#sketch.strokes, INK);
    return new Promise((resolve) => { this.#print.toBlob(resolve, "image/jpeg", 0.95); });
  }

  /** Fit the sheet into the paper on the screen; while nothing is drawn, it takes the paper's own shape. */
  #fit() {
    const { clientWidth, clientHeight } = this.#bench;
    if (!clientWidth || !clientHeight) return;
    if (!this.#sketch.strokes.length) this.#height = Math.round((WIDTH * clientHeight) / clientWidth);
    const scale = Math.min(clientWidth / WIDTH, clientHeight / this.#height);
    Object.assign(find("draw-sheet").style, { width: `${WIDTH * scale}px`, height: `${this.#height * scale}px` });
    this.#canvas.width = Math.round(WIDTH * scale * devicePixelRatio);
    this.#canvas.height = Math.round(this.#height * scale * devicePixelRatio);
    this.#draw();
  }

  /** Draw at the next moment when the screen is drawn. */
  #draw() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      const pen = this.#canvas.getContext("2d");
      const scale = this.#canvas.width / WIDTH;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      drawStrokes(pen, this.#sketch.strokes, getComputedStyle(this.#canvas).color);
    });
  }

  #refresh() {
    const { strokes, canUndo, canRedo } = this.#sketch;
    find("undo").disabled = !canUndo;
    find("redo").disabled = !canRedo;
    find("draw-clear").disabled = find("draw-hint").hidden = strokes.length > 0;
    find("draw-clear").disabled = !strokes.length;
    this.#draw();
  }
}
