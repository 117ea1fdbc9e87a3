import { announce, h } from "../app/dom.js";
import { Decisions } from "./decisions.js";
import { Keeping } from "./keeping.js";

const LOOK_WAIT = 8000;
const WORDS = { kept: "Kept on the server", offline: "Offline: kept in this browser", out: "Logged out: kept in this browser", refused: "Kept in this browser only" };
const NOTES = {
  out: ["You are not logged in", "Log in again in another tab: your choices are kept in this browser and are sent then."],
  moved: ["The spec changed again", "Some places are others now. Your choices are kept, and so are words you wrote for places that are no more."],
  settled: ["This conflict is settled", "Somebody decided it meanwhile, or withdrew the text."],
  refused: ["A choice was not taken", "It is kept in this browser. Try again in a moment."],
};

/** One place on the page: its radios, its pane for the result, and how a choice shows in it. */
class Place {
  constructor(node) {
    this.node = node;
    this.key = node.dataset.place;
    this.area = node.querySelector("textarea");
    this.radios = [...node.querySelectorAll("input[type=radio]")];
    this.base = node.querySelector("details.base");
    this.note = node.querySelector("[data-note]");
    this.texts = new Map(this.radios.map((one) => [one.value, one.dataset.text]));
    const given = this.radios.find((one) => one.defaultChecked)?.value ?? "";
    this.initial = { take: given, own: given === "own" ? this.area.defaultValue : "" };
    // What was chosen or typed before this script was there.
    const early = this.radios.find((one) => one.checked)?.value ?? "";
    const typed = this.area.value !== this.area.defaultValue;
    this.early = typed || early !== given ? { take: typed ? "own" : early, own: typed ? this.area.value : this.initial.own } : null;
    this.area.placeholder = "Not decided: take a side, or write here";
  }

  show({ take, own }) {
    for (const radio of this.radios) radio.checked = radio.value === take;
    const text = take === "own" ? own : (this.texts.get(take) ?? "");
    if (this.area.value !== text) this.area.value = text;
    this.area.rows = Math.min(14, Math.max(3, text.split("\n").length + 1));
    this.node.classList.toggle("decided", Boolean(take));
    this.note.textContent = !take ? "not decided" : text ? "" : "nothing: this place is left out";
  }
}

/** Make the form an instrument. Its fields stay the truth of what a plain submit sends. */
export function startSettling(form) {
  const places = [...form.querySelectorAll("[data-place]")].map((node) => new Place(node));
  const byKey = new Map(places.map((one) => [one.key, one]));
  const decisions = new Decisions(places.map((one) => [one.key, one.initial]));
  const [count, kept] = [form.querySelector("[data-count]"), form.querySelector("[data-kept]")];
  const [undo, redo] = [form.querySelector("[data-undo]"), form.querySelector("[data-redo]")];
  const resolve = form.querySelector("[data-resolve]");
  const notes = document.querySelector("[data-notes]");
  const shown = new Map();
  let at = -1;
  let resolving = false;

  const say = (kind, told = {}) => {
    if (shown.has(kind)) return;
    const [title, words] = NOTES[kind];
    const act = kind === "moved" || kind === "settled" ? h("a.button", { href: location.pathname, onclick: showNow }, "Show it as it is now") : null;
    const note = h("div.note.wait.page-note", { role: "status" }, h("strong", {}, title), kind === "refused" && told.detail ? `${told.detail} ${told.hint ?? ""}` : words, act && h("div.acts", {}, act));
    shown.set(kind, note);
    notes.append(note);
  };
  const showNow = (event) => {
    event.preventDefault();
    keeping.flush().then(() => location.assign(location.pathname));
  };
  const unsay = (...kinds) => kinds.forEach((kind) => (shown.get(kind)?.remove(), shown.delete(kind)));

  const keeping = new Keeping({
    id: form.dataset.conflict,
    url: form.action,
    csrf: form.elements.namedItem("csrf"),
    message: form.elements.namedItem("message"),
    onState: (kind, told) => {
      const changed = told.regions && told.regions.join() !== places.map((one) => one.key).join();
      const state = kind === "kept" && changed ? "moved" : kind;
      kept.textContent = keeping.waiting.size || state in WORDS ? (WORDS[state] ?? WORDS.refused) : "";
      if (state === "kept") unsay("out", "refused");
      if (state in NOTES) say(state, told);
    },
  });

  const refresh = (place) => {
    if (place) byKey.get(place)?.show(decisions.of(place));
    const { left } = decisions;
    count.textContent = left ? `${places.length - left} of ${places.length} decided` : "All decided";
    resolve.disabled = left > 0;
    undo.disabled = !decisions.past.length;
    redo.disabled = !decisions.future.length;
  };
  const changed = (place) => {
    refresh(place);
    kept.textContent = "Keeping…";
    keeping.put(place, { ...decisions.of(place) });
  };
  const choose = (place, take) => {
    const { own } = decisions.of(place.key);
    const words = take === "own" && !own ? place.area.value : own;
    if (decisions.choose(place.key, take, words)) changed(place.key);
  };
  const step = (way) => {
    const place = decisions[way]();
    if (!place) return;
    changed(place);
    go(places.indexOf(byKey.get(place)));
    announce(way === "undo" ? "Choice taken back" : "Choice made again");
  };
  const go = (index) => {
    if (!places.length) return;
    at = Math.max(0, Math.min(places.length - 1, index));
    places.forEach((one, number) => one.node.classList.toggle("here", number === at));
    const { node } = places[at];
    node.querySelector("legend").focus({ preventScroll: true });
    node.scrollIntoView({ block: "start" });
  };

  // Saving goes to what is left to decide, as long as something is.
  const save = () => {
    const open = places.findIndex(({ key }) => !decisions.of(key).take);
    if (open < 0) return form.requestSubmit(resolve);
    go(open);
    announce(`${decisions.left} of ${places.length} ${places.length === 1 ? "place" : "places"} left to decide`);
  };

  places.forEach((place, index) => {
    place.node.addEventListener("focusin", () => (at = index));
    place.node.addEventListener("change", (event) => event.target.type === "radio" && choose(place, event.target.value));
    place.area.addEventListener("input", () => decisions.choose(place.key, "own", place.area.value) && changed(place.key));
    place.show(place.initial);
  });
  form.querySelector("[data-tools]").hidden = false;
  form.classList.add("enhanced");
  for (const hint of form.querySelectorAll("kbd[hidden]")) hint.hidden = false;
  for (const button of form.querySelectorAll("[data-go]")) button.addEventListener("click", () => go(at + Number(button.dataset.go)));
  undo.addEventListener("click", () => step("undo"));
  redo.addEventListener("click", () => step("redo"));
  takeUp(keeping, decisions, byKey, refresh);
  for (const { key, early } of places) if (early && decisions.choose(key, early.take, early.own)) changed(key);
  refresh();

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("textarea, input:not([type=radio]), select");
    if (document.querySelector("dialog[open]") || event.altKey) return;
    if (keyed(event, { typing, step, go, choose, save, places, at: () => at })) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);
  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value;
    if (resolving || act === "withdraw") return keeping.drop();
    event.preventDefault();
    keeping.flush().then((done) => {
      if (!done) return;
      if (act !== "resolve") return announce("Your choices are kept");
      resolving = true;
      // A form takes no submit while it tells of one: this comes after.
      setTimeout(() => form.requestSubmit(event.submitter));
    });
  });
  keeping.message.addEventListener("input", () => keeping.write());
  addEventListener("pagehide", () => resolving || keeping.write());
  addEventListener("pageshow", () => (resolving = false));
  addEventListener("online", () => keeping.flush());
  document.addEventListener("visibilitychange", () => document.hidden || keeping.flush().then(() => keeping.look()));
  setInterval(() => document.hidden || keeping.flush().then((done) => done && keeping.look()), LOOK_WAIT);
}

/** Put choices back that an earlier load of the page could not send; those of places that are no more are sent too. */
function takeUp(keeping, decisions, byKey, refresh) {
  const { places, message } = keeping.earlier();
  if (message !== undefined && keeping.message.value === keeping.message.defaultValue) keeping.message.value = message;
  for (const [place, choice] of places) {
    if (byKey.has(place) && decisions.choose(place, choice.take, choice.own)) refresh(place);
    if (byKey.has(place) || choice.take === "own") keeping.put(place, choice);
  }
  if (places.length) announce("Choices that were not sent yet are put back");
}

/** What a key does on the page; says whether it did anything. */
function keyed(event, { typing, step, go, choose, save, places, at }) {
  const letter = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (letter === "s" && !event.shiftKey) return save(), true;
    if (typing || letter !== "z") return false;
    step(event.shiftKey ? "redo" : "undo");
    return true;
  }
  if (event.key === "Escape" && typing) {
    go(at());
    return true;
  }
  if (typing || event.shiftKey) return false;
  const place = places[at()];
  const radio = place?.radios.find((one) => one.dataset.take === letter);
  if (letter === "j" || letter === "k") go(at() + (letter === "j" ? 1 : -1));
  else if (letter === "u" || letter === "r") step(letter === "u" ? "undo" : "redo");
  else if (letter === "b" && place) place.base.open = !place.base.open;
  else if (letter === "5" && place) place.area.focus();
  else if (radio) choose(place, radio.value);
  else return false;
  return true;
}
