import { announce } from "./dom.js";

/** Buttons with `data-copy` put that text (or the text of the element it names with #) on the clipboard. */
export function startCopy() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const wanted = button.dataset.copy;
      const text = wanted.startsWith("#") ? document.querySelector(wanted)?.textContent : wanted;
      try {
        await navigator.clipboard.writeText(text ?? "");
        announce("Copied");
      } catch {
        announce("The browser refused: select the text and copy it by hand");
      }
    });
  }
}
