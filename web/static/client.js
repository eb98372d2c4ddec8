// Talks to the server: pictures out, readings back. What goes wrong becomes a Trouble, whose message tells the cure.

/** How long the page waits for a busy or starting server, at most, in seconds. */
const PATIENCE = 60;

/** Seconds between two tries where the server names none. */
const PAUSE = 1;

/** What went wrong, in a sentence for the person. */
export class Trouble extends Error {
  name = "Trouble";
}

/** Whether something ended because the page itself broke it off. */
export const isAbort = (error) => error.name === "AbortError";

/**
 * Read one file or picture, a long document in turns; yields the record of each page, as the line format has it.
 * options: query of /v1/read. signal: breaks it off. onWait: is told the seconds until a busy server is asked again.
 */
export async function* readPages(blob, options = {}, { signal, onWait = () => {} } = {}) {
  const request = { method: "POST", body: blob, headers: { "Content-Type": "application/octet-stream" }, signal };
  for (let first = 1, more = true; more;) {
    const query = new URLSearchParams(Object.entries({ ...options, first }).filter(([, value]) => value !== ""));
    const answer = await ask(`v1/read?${query}`, request, onWait);
    yield* answer.readings;
    first += answer.readings.length;
    more = answer.more && answer.readings.length > 0;
  }
}

/** The same for a picture of one page: returns a promise of its reading. */
export async function readPicture(blob, options, extras) {
  return (await readPages(blob, { ...options, pages: 1 }, extras).next()).value;
}

/** Return a promise of what the server takes: max_bytes, max_pixels, formats. onWait: as above, while it starts. */
export const getLimits = (onWait) => ask("v1/limits", {}, onWait);

/** Return a promise of the names of the templates by which it can read forms. */
export const getTemplates = async (onWait) => (await ask("v1/templates", {}, onWait)).templates;

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
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || waited + pause > PATIENCE) throw await explain(response);
    waited += pause;
    onWait(pause);
    await sleep(pause, request.signal);
  }
}

/** Return the Trouble that a problem document (RFC 9457) tells of. */
async function explain(response) {
  const problem = await response.json().catch(() => ({}));
  const sentence = problem.detail ?? `The server refused this (${response.status}).`;
  return new Trouble(sentence.replace(/^upload: ./, (start) => start.at(-1).toUpperCase()));
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
