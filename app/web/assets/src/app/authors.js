// Who wrote which words: pointing at a stretch, or walking to it, lights up all words of its author and names the revision.
import { startDates } from "./dates.js";
import { isTyping } from "./dom.js";

export function startAuthors() {
  const root = document.querySelector("[data-authored]");
  if (!root) return;
  const fact = root.querySelector("[data-fact]");
  const words = [...root.querySelectorAll("[data-by]")];
  let now = -1;
  let pinned = null;
  root.querySelector("[data-hint]").hidden = false;

  const light = (author) => {
    for (const one of words) one.classList.toggle("lit", one.dataset.by === author);
    for (const one of root.querySelectorAll("[data-author]")) one.setAttribute("aria-pressed", String(one.dataset.author === author));
  };
  const tell = (one) => {
    const known = root.querySelector(`template[data-origin="${one.dataset.of}"]`);
    fact.replaceChildren(known.content.cloneNode(true));
    const said = document.createElement("p");
    said.textContent = one.classList.contains("inferred") ? "inferred: no person has said so" : "explicit";
    fact.append(said);
    startDates(fact);
    light(one.dataset.by);
  };

  root.addEventListener("pointerover", (event) => {
    const one = event.target.closest("[data-by]");
    if (one) tell(one);
  });
  root.addEventListener("pointerleave", () => light(pinned));
  root.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-by]")) return;
    now = words.indexOf(event.target);
    tell(event.target);
  });
  for (const button of root.querySelectorAll("[data-author]")) {
    button.addEventListener("click", () => {
      pinned = pinned === button.dataset.author ? null : button.dataset.author;
      light(pinned);
    });
  }
  // J and K walk to where the author changes.
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
    let next = now + step;
    while (words[next] && words[now] && words[next].dataset.of === words[now].dataset.of) next += step;
    if (!words[next]) return;
    words[next].focus();
    event.preventDefault();
    event.stopPropagation();
  }, true);
}
