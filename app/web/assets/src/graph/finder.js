import { h } from "../app/dom.js";

const WAIT = 180;

/** Offer modules while a person types; without this the form answers the same on a page. */
export function startFinder(input) {
  if (!input) return;
  const list = h("ul", { hidden: true });
  input.after(list);
  let timer = 0;
  let asked = 0;

  async function offer() {
    const words = input.value.trim();
    const mine = ++asked;
    if (!words) return show([]);
    const query = new URLSearchParams({ q: words });
    const repository = document.querySelector("#g-repository")?.value;
    if (repository) query.set("repository", repository);
    try {
      const answer = await fetch(`${input.dataset.names}?${query}`, { headers: { Accept: "application/json" } });
      if (mine === asked && answer.ok) show((await answer.json()).names);
    } catch {
      show([]);
    }
  }

  function show(names) {
    list.replaceChildren(...names.map((one) => h("li", {}, h("a.mono", { href: one.href }, one.name))));
    list.hidden = !names.length;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, WAIT);
  });
  input.parentElement.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const now = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && links.length) links[Math.min(now + 1, links.length - 1)].focus();
    else if (event.key === "ArrowUp" && now >= 0) (links[now - 1] ?? input).focus();
    else if (event.key === "Escape") {
      show([]);
      input.focus();
    } else return;
    event.preventDefault();
  });
}
