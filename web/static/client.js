// Talks to the server: pictures out, readings back. What goes wrong becomes a Trouble, whose message tells the cure.

/** How long the page waits for a busy or starting server, at most, in seconds. */
const PATIENCE = 60;

/** Seconds between two tries where the server names none. */
const PAUSE = 1;

/** What went wrong, in a sentence for the person. */
export class Trouble extends Error {
  constructor(message, status = 0) {
    super(message);
    this.name = "Trouble";
    this.status = status;
  }
}

/** Whether something ended because the page itself broke it off. */
export const isAbort = (error) => error.name === "AbortError";

/**
 * Read one file or picture; returns a promise of its readings, one for each page.
 * options: query of /v1/read. signal: breaks it off. onWait: is told the seconds until a busy server is asked again.
 */
export async function readPicture(blob, options = {}, { signal, onWait = () => {} } = {}) {
  const query = new URLSearchParams(Object.entries(options).filter(([, value]) => value !== ""));
  const request = { method: "POST", body: blob, headers: { "Content-Type": "application/octet-stream" }, signal };
  const answer = await ask(`v1/read?${query}`, request, onWait);
  return answer.readings;
}

/** Return what the server takes: max_bytes, max_pixels, formats. */
export const getLimits = () => ask("v1/limits", {}, () => {});

/** Return the templates by which it can read forms. */
export const getTemplates = async () => (await ask("v1/templates", {}, () => {})).templates;

async function ask(path, request, onWait) {
  let waited = 0;
  for (;;) {
    let response;
    try {
      response = await fetch(path, request);
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new Trouble("The server does not answer. Start digits-web again, then try once more.");
    }
    if (response.ok) return response.json();
    const pause = Number(response.headers.get("Retry-After")) || PAUSE;
    if ((response.status !== 429 && response.status !== 503) || waited + pause > PATIENCE) throw await explain(response);
    waited += pause;
    onWait(pause);
    await sleep(pause, request.signal);
  }
}

/** Return the Trouble that a problem document (RFC 9457) tells of. */
async function explain(response) {
  const problem = await response.json().catch(() => ({}));
  const sentence = problem.detail || problem.title || `The server refused this (${response.status}).`;
  return new Trouble(typeof sentence === "string" ? sentence : "The server refused this.", response.status);
}

function sleep(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("broken off", "AbortError"));
    }, { once: true });
  });
}
