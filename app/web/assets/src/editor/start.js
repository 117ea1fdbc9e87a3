import { h, announce, named } from "../app/dom.js";
import { openKeys } from "../app/keys.js";
import { ask } from "./ask.js";
import { completion, openTemplates } from "./complete.js";
import { Drafts } from "./drafts.js";
import { Images } from "./images.js";
import { startNaming } from "./naming.js";
import { Notices } from "./notices.js";
import { Outline } from "./outline.js";
import { startPresence } from "./presence.js";
import { Preview } from "./preview.js";
import { showProblems, walkProblems } from "./problems.js";
import { send } from "./send.js";
import { makeView, setText } from "./setup.js";
import { Status } from "./status.js";
import { Trial } from "./trial.js";

const DRAFT_WAIT = 250;
const HEAD_WAIT = 5000;

/** Put the instrument over the form. The form's fields stay the truth of what a plain submit would send. */
export function startEditor(form) {
  const field = (name) => form.elements.namedItem(name);
  const part = (name) => form.querySelector(`[data-part=${name}]`);
  const area = field("text");
  const status = new Status(form);
  const drafts = new Drafts(form.dataset.spec);
  const notices = new Notices(form.querySelector(".notices"));
  let base = field("base").value;
  // What the server gave. Whoever typed before this script was there has written already: that is no saved text.
  let saved = form.dataset.unsaved === "refused" ? null : area.defaultValue.replaceAll("\r\n", "\n");
  const early = { text: area.value.replaceAll("\r\n", "\n"), from: area.selectionStart, to: area.selectionEnd, here: document.activeElement === area };
  // A text that is nobody's head yet, though nothing was typed: a new spec, an earlier revision, one that was refused.
  let fresh = !base || Boolean(form.dataset.unsaved);
  let waiting = 0;
  let side = null;
  let sections = [];
  // Texts that were sent and whose answer never came: the server may have saved them.
  const unheard = new Set();

  const headers = () => ({ "x-csrf-token": field("csrf").value });
  const path = () => field("path")?.value.trim() ?? form.dataset.path;
  const text = () => view.state.doc.toString();
  const typed = () => text() !== saved;
  const dirty = () => fresh || typed();

  const name = field("path") ? startNaming(field("path"), area.defaultValue) : () => {};
  const keepDraft = () => {
    clearTimeout(waiting);
    waiting = 0;
    status.words(text());
    name(text());
    if (!typed()) return drafts.drop();
    status.kept(drafts.keep(text(), base, field("message").value));
  };
  const changed = (update) => {
    status.dirty(dirty(), typed());
    if (typed()) status.kept(drafts.add(update.changes, text, base, field("message").value));
    clearTimeout(waiting);
    waiting = setTimeout(keepDraft, DRAFT_WAIT);
    preview.schedule();
    trial.schedule();
  };

  const save = async (act = "") => {
    if (status.busy) return;
    keepDraft();
    status.saving();
    const mine = text();
    const body = { text: mine, base, message: field("message").value, side };
    if (field("path")) body.path = path();
    if (act) body.act = act;
    let answer = await send(form.action, body, headers());
    // After a new log-in in another tab this page's token is the old session's: ask for the present one, try once more.
    if (answer.status === 403 && (await lookAtHead())) answer = await send(form.action, body, headers());
    status.answered(answer.kind);
    status.expired(answer.status === 401);
    if (answer.kind === "offline") unheard.add(body.text);
    // The other text is our own, saved without our hearing of it: nobody decides between their own words.
    if (answer.kind === "conflict" && unheard.delete(answer.body.theirs.text)) {
      base = answer.body.theirs.revision;
      side = answer.body.side;
      return save();
    }
    if (answer.kind === "saved" && answer.body.waits) {
      drafts.drop();
      [saved, fresh] = [mine, false];
      status.dirty(dirty());
      const see = h("a.button", { href: answer.body.href }, "See the proposal");
      notices.say("wait", "Waits for review", `${answer.body.detail} ${answer.body.hint}`, [see]);
      announce("Waits for review");
    } else if (answer.kind === "saved") {
      side = null;
      unheard.clear();
      if (answer.body.href && field("path")) return location.assign((drafts.drop(), answer.body.href));
      fresh = false;
      takeIn(answer.body, mine);
      field("base").value = base;
      // What was typed there meanwhile is about the next change.
      if (field("message").value === body.message) field("message").value = "";
      status.saved(base, dirty());
      drafts.drop();
      if (typed()) keepDraft();
      announce("Saved");
    } else if (answer.kind === "conflict") {
      // The server keeps the text beside the head: its page is where both are put together, and leads back here.
      // What was typed meanwhile goes on from there.
      base = answer.body.side;
      saved = mine;
      keepDraft();
      location.assign(answer.body.conflict);
    } else {
      const log = answer.status === 401 ? [h("a.button", { href: "/login", target: "_blank", rel: "noopener" }, "Log in")] : [];
      notices.say("drift", answer.title, answer.words, log, "refused");
    }
  };
  // Where the server merged, the text becomes the merged one; if more was typed meanwhile, the next save starts from what
  // was sent, and is merged again.
  const takeIn = ({ revision, merged }, mine) => {
    const untouched = text() === mine;
    saved = mine;
    base = merged && !untouched ? merged.side : revision;
    notices.clear();
    if (!merged) return;
    if (untouched) {
      saved = merged.text;
      setText(view, saved);
    }
    const see = h("a.button", { href: merged.difference, target: "_blank", rel: "noopener" }, "See what came in");
    notices.say("wait", "Saved, together with what came in meanwhile", "The spec changed while you wrote, in other places. Both changes are in.", [see]);
  };

  const offerDrafts = async () => {
    const found = await drafts.left();
    for (const { key } of found.filter((draft) => draft.text === saved)) drafts.drop(key);
    notices.offer(found.filter((draft) => draft.text !== saved), {
      base,
      take: (draft) => {
        setText(view, draft.text);
        base = draft.base;
        field("base").value = base;
        field("message").value = draft.message ?? "";
        keepDraft();
        drafts.drop(draft.key);
        view.focus();
      },
      drop: ({ key }) => drafts.drop(key),
    });
  };

  const refused = (code) => {
    status.online();
    status.expired(code === 401);
  };
  const lookAtHead = async () => {
    if (!form.dataset.head) return false;
    try {
      const answer = await fetch(form.dataset.head, { headers: { Accept: "application/json" } });
      if (!answer.ok) return refused(answer.status), false;
      const head = await answer.json();
      status.online();
      status.expired(false);
      const renewed = head.csrf && head.csrf !== field("csrf").value;
      if (renewed) field("csrf").value = head.csrf;
      if (!head.revision || head.revision === base || head.revision === told) return renewed;
      told = head.revision;
      status.outOfDate();
      notices.moved({ who: named(head.actor), at: head.at, diff: head.diff });
      return renewed;
    } catch {
      status.offline();
      return false;
    }
  };
  let told = "";

  const images = new Images({ url: form.dataset.images, headers, notices, button: part("image"), picker: part("pick-image") });
  const run = (act) => () => (act(), true);
  const view = makeView({
    parent: form.querySelector(".source"),
    text: saved ?? early.text,
    nonce: form.dataset.nonce,
    label: "Text of the spec, Markdown. Tab leaves the editor.",
    keys: [
      { key: "Mod-s", preventDefault: true, run: run(() => save()) },
      { key: "Mod-Enter", preventDefault: true, run: run(() => trial.run(true)) },
      { key: "F8", preventDefault: true, run: walkProblems(1), shift: walkProblems(-1) },
      { key: "Alt-i", preventDefault: true, run: run(() => part("image").click()) },
      { key: "Alt-o", preventDefault: true, run: run(() => outline.toggle()) },
      { key: "F1", preventDefault: true, run: run(openKeys) },
    ],
    helps: [images.extension(), completion({ urls: { complete: form.dataset.complete, kinds: form.dataset.kinds }, path, sections: () => sections })],
    onChange: (update) => changed(update),
    onCaret: () => outline.mark(),
  });
  images.view = view;
  const elsewhere = form.contains(document.activeElement) && document.activeElement !== area;
  area.hidden = true;
  area.disabled = true;
  form.classList.add("enhanced");
  const outline = new Outline({ view, form, nav: part("outline"), button: part("open-outline") });
  const trial = new Trial({ view, url: form.dataset.try, path, headers, status: part("tried"), button: part("try") });
  const problems = form.querySelector(".problems");
  const preview = new Preview({
    view,
    pane: form.querySelector(".preview"),
    url: form.dataset.preview,
    worker: form.dataset.worker,
    images: form.dataset.images,
    headers,
    path,
    onAnswer: (body) => {
      status.online();
      status.expired(false);
      sections = body.sections;
      outline.set(sections);
      showProblems(view, problems, body.problems);
    },
    onRefused: refused,
    onOffline: () => status.offline(),
  });
  preview.follow();
  preview.draw();
  preview.refresh();
  trial.schedule();
  status.words(early.text);
  status.saved(base, fresh, false);
  if (saved === null) status.dirty(true), keepDraft();
  else if (early.text !== saved) setText(view, early.text);
  if (early.here) view.dispatch({ selection: { anchor: early.from, head: early.to }, scrollIntoView: true });
  offerDrafts();
  startPresence({ url: form.dataset.here, node: part("others"), headers });
  // Who types the path or the message already keeps on typing there.
  if (!elsewhere) view.focus();
  // The names of the code are read when they are first asked for: better now than at the first letter.
  ask(`${form.dataset.complete}?what=name&q=`);

  form.addEventListener("submit", (event) => (event.preventDefault(), save(event.submitter?.value)));
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const mod = event.ctrlKey || event.metaKey;
    if (event.defaultPrevented) return;
    if (mod && key === "s") save();
    else if (key === "escape" && outline.open && part("outline").contains(document.activeElement)) outline.toggle();
    else if (event.altKey && key === "o" && !mod) outline.toggle();
    else return;
    event.preventDefault();
  });
  part("open-keys").addEventListener("click", openKeys);
  part("template").addEventListener("click", () => openTemplates(view));
  for (const button of form.querySelectorAll("[data-show-pane]")) {
    button.addEventListener("click", () => {
      form.dataset.pane = button.dataset.showPane;
      for (const other of form.querySelectorAll("[data-show-pane]")) other.setAttribute("aria-pressed", String(other === button));
    });
  }
  addEventListener("pagehide", keepDraft);
  document.addEventListener("visibilitychange", () => (document.hidden ? keepDraft() : lookAtHead()));
  addEventListener("online", () => lookAtHead());
  addEventListener("offline", () => status.offline());
  addEventListener("beforeunload", (event) => {
    if (typed() && !drafts.keep(text(), base, field("message").value)) event.preventDefault();
  });
  setInterval(() => document.hidden || lookAtHead(), HEAD_WAIT);
}
