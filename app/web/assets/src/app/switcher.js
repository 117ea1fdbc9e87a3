import { h } from "./dom.js";
import { openKeys } from "./keys.js";
import { match } from "./match.js";

// Ctrl/Cmd-K goes anywhere. The list of places is fetched when it is first opened, and filtered here.
const SHOWN = 12;
let places = null;
let dialog = null;
let search = "";
// Enter was pressed before there was anything to choose from: it counts once there is.
let hurried = false;

function highlighted(text, spans) {
  const parts = [];
  let at = 0;
  for (const [from, to] of spans) {
    if (from < at) continue;
    parts.push(text.slice(at, from), h("b", {}, text.slice(from, to)));
    at = to;
  }
  return [...parts, text.slice(at)];
}

function found(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [];
  for (const place of places ?? []) {
    const hit = match(place.title, words) ?? match(`${place.title} ${place.where}`, words);
    if (hit) rows.push({ place, score: hit.score, spans: hit.spans.filter(([, to]) => to <= place.title.length) });
  }
  const best = rows.sort((a, b) => b.score - a.score).slice(0, SHOWN);
  if (!query.trim() || !search || places === null) return best;
  const href = `${search}?q=${encodeURIComponent(query.trim())}`;
  return [...best, { place: { what: "search", title: `Search all specs for “${query.trim()}”`, where: "", href }, spans: [] }];
}

function render() {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const rows = found(input.value).map(({ place, spans }, index) =>
    h(
      "li",
      { role: "option", id: `place-${index}`, "data-href": place.href, "data-act": place.act, "aria-selected": index === 0 ? "true" : "false" },
      h("span.what", {}, place.what),
      h("span.name", {}, ...highlighted(place.title, spans)),
      h("span.where", {}, place.where),
    ),
  );
  list.replaceChildren(...rows);
  dialog.querySelector(".none").hidden = rows.length > 0 || places === null;
  select(0);
}

function select(index) {
  const rows = [...dialog.querySelectorAll("li")];
  rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
  rows[index]?.scrollIntoView({ block: "nearest" });
  dialog.querySelector("input").setAttribute("aria-activedescendant", rows[index]?.id ?? "");
}

// A place is gone to; a command of the page's own is done here.
function follow(row) {
  const act = row.dataset.act ?? "";
  if (!act) return location.assign(row.dataset.href);
  dialog.close();
  if (act === "keys") openKeys();
  else document.querySelector(`[data-set-theme="${CSS.escape(act.slice("theme:".length))}"]`)?.click();
}

function make() {
  const input = h("input", {
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "place-list",
    "aria-label": "Go to anything, or do it",
    placeholder: "Go to anything, or do it",
    autocomplete: "off",
    spellcheck: "false",
  });
  const list = h("ul.list", { id: "place-list", role: "listbox", "aria-label": "Places" });
  const keys = h("p.foot", {}, h("span", {}, h("kbd", {}, "↑"), " ", h("kbd", {}, "↓"), " choose"), h("span", {}, h("kbd", {}, "Enter"), " open"), h("span", {}, h("kbd", {}, "Esc"), " close"));
  const none = h("p.foot.none", { hidden: true }, "Nothing here has these words.");
  dialog = h("dialog.switcher", { "aria-label": "Go to" }, input, list, none, keys);
  input.addEventListener("input", () => {
    hurried = false;
    render();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    const row = event.target.closest("li");
    if (row) follow(row);
  });
  dialog.addEventListener("keydown", (event) => {
    const rows = [...dialog.querySelectorAll("li")];
    const now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (rows.length) select((now + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (rows[now]) follow(rows[now]);
      else hurried = places === null;
    }
  });
  document.body.append(dialog);
}

async function open(url) {
  if (!dialog) make();
  if (dialog.open) return;
  dialog.querySelector("input").value = "";
  hurried = false;
  dialog.showModal();
  render();
  if (places) return;
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    places = answer.ok ? (await answer.json()).places : [];
  } catch {
    places = [];
  }
  render();
  const [first] = dialog.querySelectorAll("li");
  if (hurried && dialog.open && first) follow(first);
}

export function startSwitcher() {
  const url = document.body.dataset.places;
  if (!url) return;
  search = url.startsWith("/p/") ? url.replace(/places\.json$/, "search") : "";
  for (const button of document.querySelectorAll("[data-open-switcher]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      open(url);
    });
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open(url);
    }
  });
}
