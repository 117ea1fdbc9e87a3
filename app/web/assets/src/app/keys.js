import { announce, isTyping } from "./dom.js";

// J and K walk the rows of the page's list; the row's first link opens it.
function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]:not([hidden])")];
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row.classList.contains("here"));
  const next = Math.min(rows.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : rows.length - 1) : now + step));
  rows[now]?.classList.remove("here");
  rows[next].classList.add("here");
  (rows[next].querySelector("a, button") ?? rows[next].querySelector("input"))?.focus();
  rows[next].scrollIntoView({ block: "nearest" });
  return true;
}

// The arrows go to the row at the same height of the next column that has one.
function across(step) {
  const columns = [...document.querySelectorAll("[data-column]")].filter((one) => one.querySelector("[data-row]"));
  if (!columns.length) return false;
  const here = document.querySelector("[data-row].here");
  const now = columns.findIndex((one) => one.contains(here));
  const next = columns[Math.min(columns.length - 1, Math.max(0, now < 0 ? 0 : now + step))];
  const place = here ? [...here.parentElement.children].indexOf(here) : 0;
  const rows = [...next.querySelectorAll("[data-row]")];
  const row = rows[Math.min(place, rows.length - 1)];
  here?.classList.remove("here");
  row.classList.add("here");
  row.querySelector("a, input, button")?.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function goTo(letter) {
  const link = document.querySelector(`a[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

// What a key does in the row that is walked to comes before what it does on the page, and it never means another row.
function act(letter) {
  const wanted = `[data-key="${CSS.escape(letter)}"]`;
  const row = document.querySelector("[data-row].here");
  const elsewhere = [...document.querySelectorAll(wanted)].find((one) => !row || !one.closest("[data-row]"));
  const target = row?.querySelector(wanted) ?? elsewhere;
  if (!target) return false;
  const folded = target.closest("details");
  if (target.matches("[data-hold]")) {
    target.focus();
  } else if (target.matches("input:not([type=checkbox], [type=radio]), textarea")) {
    if (folded) folded.open = true;
    target.focus();
  } else {
    target.click();
    if (target.type === "radio") announce(target.getAttribute("aria-label") ?? "");
    folded?.querySelector("[data-focus]")?.focus();
  }
  return true;
}

// Out of a row's words and back to the row: they stay, and its keys mean something again.
function leave(event) {
  const row = event.key === "Escape" && event.target.closest("[data-row]");
  const fold = row && event.target.closest("details");
  if (!fold || !row.contains(fold)) return;
  fold.open = false;
  row.querySelector("a, button")?.focus();
  event.preventDefault();
}

export function openKeys() {
  const sheet = document.getElementById("keys");
  if (sheet && !sheet.open) sheet.showModal();
}

export function startKeys() {
  let armed = 0;
  // Whoever tabs or clicks into a row stands there: its keys then mean that row, and J and K go on from it.
  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest?.("[data-row]");
    if (!row || row.classList.contains("here")) return;
    document.querySelector("[data-row].here")?.classList.remove("here");
    row.classList.add("here");
  });
  document.querySelector("[data-open-keys]")?.addEventListener("click", openKeys);
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) && !event.defaultPrevented) leave(event);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
    const letter = event.key.length === 1 ? event.key.toLowerCase() : "";
    let done = false;
    if (armed && Date.now() - armed < 1200) {
      armed = 0;
      done = goTo(letter);
    } else if (event.key === "?") {
      openKeys();
      done = true;
    } else if (letter === "g") {
      armed = Date.now();
      done = true;
    } else if (letter === "j" || letter === "k") {
      done = walk(letter === "j" ? 1 : -1);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      done = across(event.key === "ArrowLeft" ? -1 : 1);
    } else if (letter) {
      done = act(letter);
    }
    if (done) event.preventDefault();
  });
}
