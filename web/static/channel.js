// The way of frames to the server and of answers back: one frame at a time, so that none grows old in a queue.

/** Seconds until a channel that broke is opened again: at first, and at most. */
const [SOON, LATE] = [0.5, 8];

export class Channel {
  #socket = null; #onAnswer; #onTrouble; #onReady; #pause = SOON; #timer = 0; #isOpen = false; #isAnswered = false;

  /** onReady: the next frame may come. onAnswer: is told what was read. onTrouble: is told what is wrong. */
  constructor({ onReady, onAnswer, onTrouble }) {
    [this.#onReady, this.#onAnswer, this.#onTrouble] = [onReady, onAnswer, onTrouble];
  }

  /** Open it; it opens itself again until it is closed. */
  open() {
    this.#isOpen = true;
    this.#isAnswered = false;
    const address = new URL("v1/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = this.#socket = new WebSocket(address);
    socket.addEventListener("open", () => this.#onReady());
    socket.addEventListener("message", (event) => this.#take(event.data));
    socket.addEventListener("close", (event) => socket === this.#socket && this.#mend(event.reason));
  }

  close() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
  }

  /** Send a frame, a blob of JPEG; false where there is no way for it now. */
  send(frame) {
    const isReady = this.#socket?.readyState === WebSocket.OPEN;
    if (isReady) this.#socket.send(frame);
    return isReady;
  }

  #take(data) {
    const answer = JSON.parse(data);
    this.#isAnswered = true;
    this.#pause = SOON;
    if (answer.lines) this.#onAnswer(answer);
    else this.#onTrouble(answer.detail ?? answer.error ?? answer.title ?? "The server cannot read this frame.");
    this.#onReady();
  }

  #mend(reason) {
    if (!this.#isOpen) return;
    const why = reason || (this.#isAnswered ? "The way to the server broke." : "The server takes no camera now.");
    this.#onTrouble(`${why} Trying again.`);
    this.#timer = setTimeout(() => this.open(), 1000 * this.#pause);
    this.#pause = Math.min(2 * this.#pause, LATE);
  }
}
