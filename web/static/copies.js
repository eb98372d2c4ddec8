// What leaves the page: texts into the clipboard, files into the downloads.

import { make, say } from "./dom.js";

/** How long a button says that it has copied, in milliseconds. */
const THANKS = 1500;

/** How long a file stays at hand for the browser to save it, in milliseconds. */
const KEPT = 60000;

/** Put a text into the clipboard, and let the button say so. shown: what is selected where the browser refuses. */
export async function copyText(button, text, shown) {
  button.dataset.says ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    say("Copied.");
  } catch {
    getSelection().selectAllChildren(shown);
    button.textContent = "Ctrl+C";
    say("The browser does not let this page copy. What you want is selected: press Ctrl+C.");
  }
  setTimeout(() => { button.textContent = button.dataset.says; }, THANKS);
}

/** Save a text as a file, where the browser puts its downloads. */
export function saveFile(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
  say(`${name} is saved.`);
}
