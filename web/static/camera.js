// The way in by camera: the newest frame goes to the server, what is settled comes back and stands over the video.

import { Boxes } from "./boxes.js";
import { Channel } from "./channel.js";
import { Trouble, isAbort, readPicture } from "./client.js";
import { find, make, say, spell, tell } from "./dom.js";
import { describePage } from "./entries.js";
import { drawOverlay } from "./overlay.js";
import { Readout } from "./readout.js";

/** What cameras are asked for, and the longer side of what is sent, in pixels. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 } };
const LONGEST = 1280;

/** Quality of the JPEG frames that are sent. */
const QUALITY = 0.85;

/** Over so many answers the rate is told. */
const TICKS = 12;

/** What to do where the browser gives no camera, by the name of its error. */
const CURES = {
  NotAllowedError: "The browser does not allow the camera. Allow it beside the address, then press Start.",
  NotFoundError: "No camera was found. Plug one in, then press Start.",
  NotReadableError: "Another program uses the camera. Close it, then press Start.",
  OverconstrainedError: "This camera is gone. Choose another one, then press Start.",
};

const CLOSED = "Browsers give the camera only to pages of this machine and over HTTPS. Open it so, or take Files.";

export class Camera {
  #stream = null; #answer = null; #isHeld = false; #request = null; #times = []; #told = ""; #isTaken = false;
  #video = find("video"); #overlay = find("overlay"); #frame = make("canvas"); #readout; #boxes; #channel;

  constructor() {
    const mark = (page, ...place) => this.#boxes.mark(...place);
    this.#readout = new Readout(find("panel-camera"), "What is settled will stand here.", mark);
    this.#boxes = new Boxes(find("camera-sheet"), (...place) => this.#readout.pick(0, ...place));
    this.#channel = new Channel({
      onReady: () => this.#sendNext(),
      onAnswer: (answer) => this.#take(answer),
      onTrouble: (sentence) => this.#tell(sentence),
    });
    find("camera-start").addEventListener("click", () => this.start());
    find("camera-stop").addEventListener("click", () => this.stop());
    find("camera-choice").addEventListener("change", () => this.start());
    find("hold").addEventListener("click", () => (this.#isHeld ? this.#release() : this.#hold()));
    find("mirror").addEventListener("change", () => this.#video.classList.toggle("mirrored", find("mirror").checked));
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
    new ResizeObserver(() => this.#fit()).observe(find("camera-bench"));
    this.#video.addEventListener("resize", () => this.#fit());
  }

  /** Ask for the camera that is chosen, and begin to read. */
  async start() {
    this.stop();
    if (!navigator.mediaDevices) return this.#tell(CLOSED);
    this.#tell("Waiting for the camera.");
    const chosen = find("camera-choice").value;
    try {
      const video = { ...WANTED, ...(chosen ? { deviceId: { exact: chosen } } : {}) };
      this.#stream = await navigator.mediaDevices.getUserMedia({ video });
    } catch (error) {
      return this.#tell(CURES[error.name] ?? `The camera does not start (${error.message}). Try another one.`);
    }
    const [track] = this.#stream.getVideoTracks();
    track.addEventListener("ended", () => {
      this.stop();
      this.#tell("The camera was unplugged, or taken away. Press Start when it is back.");
    });
    this.#video.srcObject = this.#stream;
    await Promise.all([this.#video.play(), this.#listCameras(track.getSettings().deviceId)]);
    this.#refresh();
    this.#tell("Looking.");
    return this.#channel.open();
  }

  /** Let the camera go. */
  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    [this.#stream, this.#answer, this.#times, this.#isTaken] = [null, null, [], false];
    this.#channel.close();
    this.#release();
    this.#video.srcObject = null;
    drawOverlay(this.#overlay, null, [0, 0]);
    this.#tell("");
    this.#refresh();
  }

  async #listCameras(chosen) {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    const options = cameras.map(({ deviceId, label }, i) => (
      make("option", { value: deviceId, text: label || `Camera ${i + 1}` })
    ));
    find("camera-choice").replaceChildren(...options);
    find("camera-choice").value = chosen;
  }

  /** Send the newest frame, as soon as there is one; the next one follows when this is answered. */
  #sendNext() {
    if (this.#isTaken || this.#isHeld || !this.#stream) return;
    this.#isTaken = true;
    this.#video.requestVideoFrameCallback(() => {
      if (!this.#stream) return;
      this.#grab();
      this.#frame.toBlob((frame) => {
        this.#isTaken = false;
        if (this.#stream && !this.#isHeld && frame) this.#channel.send(frame);
      }, "image/jpeg", QUALITY);
    });
  }

  /** Take what the video shows. */
  #grab() {
    const { videoWidth, videoHeight } = this.#video;
    const scale = Math.min(1, LONGEST / Math.max(videoWidth, videoHeight));
    Object.assign(this.#frame, { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) });
    const pen = this.#frame.getContext("2d");
    if (find("mirror").checked) pen.setTransform(-1, 0, 0, 1, this.#frame.width, 0);
    pen.drawImage(this.#video, 0, 0, this.#frame.width, this.#frame.height);
  }

  #take(answer) {
    if (this.#isHeld || !this.#stream) return;
    this.#answer = answer;
    this.#times = [...this.#times, performance.now()].slice(-TICKS);
    this.#fit();
    const lines = answer.lines.filter((line) => line.digits.every((digit) => digit.settled));
    const record = { page: 1, width: answer.width, height: answer.height, lines, fields: {}, problems: [] };
    const note = "Hold the frame to see its ten scores.";
    this.#readout.show(lines.length ? [{ name: "camera", record, note, picture: this.#frame, scale: 1 }] : []);
    this.#tell(answer.hints.join(" ") || this.#tellRate(answer));
    const texts = lines.map((line) => spell(line.text)).join(", ");
    if (texts && texts !== this.#told) say(`Settled: ${texts}.`);
    this.#told = texts;
  }

  #tellRate({ age_ms: age, width, height }) {
    const seconds = (this.#times.at(-1) - this.#times[0]) / 1000;
    const rate = seconds ? `${((this.#times.length - 1) / seconds).toFixed(0)} frames/s, ` : "";
    return `${rate}${Math.round(age)} ms old, ${width}×${height}`;
  }

  /** Keep this frame, and read it as a picture: with alternatives and scores. */
  async #hold() {
    this.#isHeld = true;
    this.#channel.close();
    find("hold").setAttribute("aria-pressed", true);
    this.#grab();
    const held = find("held");
    Object.assign(held, { width: this.#frame.width, height: this.#frame.height, hidden: false });
    held.getContext("2d").drawImage(this.#frame, 0, 0);
    this.#refresh();
    this.#tell("Reading this frame.");
    const request = this.#request = new AbortController();
    try {
      const blob = await new Promise((resolve) => { held.toBlob(resolve, "image/jpeg", 0.95); });
      const record = await readPicture(blob, { scores: 1 }, { signal: request.signal });
      const page = { name: "camera", record, picture: held, scale: 1 };
      this.#readout.show([page]);
      this.#boxes.show(record);
      this.#tell("Held. Press Hold again to go on.");
      say(describePage(page));
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Trouble)) throw error;
      this.#tell(error.message);
    }
  }

  #release() {
    if (!this.#isHeld) return;
    this.#request?.abort();
    this.#isHeld = this.#isTaken = false;
    this.#boxes.show(null);
    find("held").hidden = true;
    find("hold").setAttribute("aria-pressed", false);
    this.#refresh();
    if (this.#stream) this.#channel.open();
  }

  /** Fit the picture into the bench, as large as its proportions let it be, and draw what is read in it. */
  #fit() {
    const { clientWidth, clientHeight } = find("camera-bench");
    const { videoWidth, videoHeight } = this.#video;
    if (!videoWidth || !clientWidth) return;
    const scale = Math.min(clientWidth / videoWidth, clientHeight / videoHeight);
    const size = [videoWidth * scale, videoHeight * scale];
    Object.assign(find("camera-sheet").style, { width: `${size[0]}px`, height: `${size[1]}px` });
    drawOverlay(this.#overlay, this.#isHeld ? null : this.#answer, size);
  }

  #tell(sentence) {
    tell(find("camera-state"), sentence);
  }

  #refresh() {
    const isOn = Boolean(this.#stream);
    find("camera-hint").hidden = isOn;
    find("camera-sheet").hidden = !isOn;
    find("hold").disabled = find("camera-stop").disabled = find("camera-choice").disabled = !isOn;
    find("overlay").hidden = this.#isHeld;
  }
}
