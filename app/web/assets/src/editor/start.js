import { ago } from "../app/dates.js";
import { announce, h, named } from "../app/dom.js";
import { Drafts } from "./drafts.js";
import { Preview } from "./preview.js";
import { showProblems } from "./problems.js";
import { send } from "./send.js";
import { makeView, setText } from "./setup.js";
import { Status } from "./status.js";

const DRAFT_WAIT = 250;
const HEAD_WAIT = 5000;

/** Put the instrument over the form. The form's fields stay the truth of what a plain submit would send. */
export function startEditor(form) {
  const field = (name) => form.elements.namedItem(name);
  const area = field("text");
  const status = new Status(form);
  const drafts = new Drafts(form.dataset.spec);
  const notices = form.querySelector(".notices");
  let base = field("base").value;
  let saved = area.value.replaceAll("\r\n", "\n");
  let waiting = 0;
  let side = null;
  // Texts that were sent and whose answer never came: the server may have saved them.
  const unheard = new Set();

  const headers = () => ({ "x-csrf-token": field("csrf").value });
  const text = () => view.state.doc.toString();
  const dirty = () => text() !== saved;

  const keepDraft = () => {
    clearTimeout(waiting);
    waiting = 0;
    status.words(text());
    if (!dirty()) return drafts.drop();
    status.kept(drafts.keep(text(), base, field("message").value));
  };
  const changed = () => {
    status.dirty(dirty());
    clearTimeout(waiting);
    waiting = setTimeout(keepDraft, DRAFT_WAIT);
    preview.schedule();
  };

  const save = async () => {
    if (status.busy) return;
    keepDraft();
    status.saving();
    const mine = text();
    const body = { text: mine, base, message: field("message").value, side };
    if (field("path")) body.path = field("path").value;
    let answer = await send(form.action, body, headers());
    // After a new log-in in another tab this page's token is the old session's: ask for the present one, try once more.
    if (answer.status === 403 && (await lookAtHead())) answer = await send(form.action, body, headers());
    status.answered(answer.kind);
    if (answer.kind === "offline") unheard.add(body.text);
    // The other text is our own, saved without our hearing of it: nobody decides between their own words.
    if (answer.kind === "conflict" && unheard.delete(answer.body.theirs.text)) {
      base = answer.body.theirs.revision;
      side = answer.body.side;
      return save();
    }
    if (answer.kind === "saved" && answer.body.waits) {
      drafts.drop();
      saved = mine;
      status.dirty(dirty());
      const see = h("a.button", { href: answer.body.href }, "See the proposal");
      say("wait", "Waits for review", `${answer.body.detail} ${answer.body.hint}`, see);
      announce("Waits for review");
    } else if (answer.kind === "saved") {
      side = null;
      unheard.clear();
      if (answer.body.href && field("path")) return location.assign((drafts.drop(), answer.body.href));
      takeIn(answer.body, mine);
      field("base").value = base;
      field("message").value = "";
      status.saved(base, dirty());
      drafts.drop();
      if (dirty()) keepDraft();
      announce("Saved");
    } else if (answer.kind === "conflict") {
      // The server keeps the text beside the head: its page is where both are put together, and leads back here.
      // What was typed meanwhile goes on from there.
      base = answer.body.side;
      saved = mine;
      keepDraft();
      location.assign(answer.body.conflict);
    } else {
      say("drift", answer.title, answer.words);
    }
  };
  // Where the server merged, the text becomes the merged one; if more was typed meanwhile, the next save starts from what
  // was sent, and is merged again.
  const takeIn = ({ revision, merged }, mine) => {
    const untouched = text() === mine;
    saved = mine;
    base = merged && !untouched ? merged.side : revision;
    notices.replaceChildren();
    if (!merged) return;
    if (untouched) {
      saved = merged.text;
      setText(view, saved);
    }
    const see = h("a.button", { href: merged.difference, target: "_blank", rel: "noopener" }, "See what came in");
    say("wait", "Saved, together with what came in meanwhile", "The spec changed while you wrote, in other places. Both changes are in.", see);
  };

  const say = (tone, title, words, ...acts) => {
    const close = h("button.button.quiet", { type: "button", onclick: () => note.remove() }, "Dismiss");
    const note = h(`div.note.${tone}`, { role: "status" }, h("span.grow", {}, h("strong", {}, title), words), ...acts, close);
    notices.append(note);
    return note;
  };

  const offerDrafts = () => {
    for (const draft of drafts.earlier()) {
      if (draft.text === saved) {
        drafts.drop(draft.key);
        continue;
      }
      const older = draft.base !== base ? " It was begun on an older revision: saving it will show both texts." : "";
      const take = h("button.button", { type: "button", onclick: () => {
        setText(view, draft.text);
        base = draft.base;
        field("base").value = base;
        field("message").value = draft.message ?? "";
        keepDraft();
        drafts.drop(draft.key);
        note.remove();
        view.focus();
      } }, "Restore");
      const drop = h("button.button.danger", { type: "button", onclick: () => {
        drafts.drop(draft.key);
        note.remove();
      } }, "Throw away");
      const note = say("wait", "You have unsaved text", `Written here ${ago(new Date(draft.at))}.${older} It stays kept until you choose.`, take, drop);
    }
  };

  const lookAtHead = async () => {
    if (!form.dataset.head) return false;
    try {
      const answer = await fetch(form.dataset.head, { headers: { Accept: "application/json" } });
      if (!answer.ok) return false;
      const head = await answer.json();
      status.online();
      const renewed = head.csrf && head.csrf !== field("csrf").value;
      if (renewed) field("csrf").value = head.csrf;
      if (!head.revision || head.revision === base || status.stale) return renewed;
      status.outOfDate();
      const see = h("a.button", { href: head.diff, target: "_blank", rel: "noopener" }, "See the difference");
      say("wait", "Out of date", `${named(head.actor)} saved this spec ${ago(new Date(head.at))}. Nothing of yours is lost: saving will show both texts.`, see);
      return renewed;
    } catch {
      status.offline();
      return false;
    }
  };

  const source = form.querySelector(".source");
  const view = makeView({
    parent: source,
    text: saved,
    nonce: form.dataset.nonce,
    label: "Text of the spec, Markdown. Tab leaves the editor.",
    keys: [{ key: "Mod-s", preventDefault: true, run: () => (save(), true) }],
    onChange: () => changed(),
  });
  area.hidden = true;
  area.disabled = true;
  form.classList.add("enhanced");
  const problems = form.querySelector(".problems");
  const preview = new Preview({
    view,
    pane: form.querySelector(".preview"),
    url: form.dataset.preview,
    worker: form.dataset.worker,
    headers,
    onAnswer: (body) => (status.online(), showProblems(view, problems, body.problems)),
    onOffline: () => status.offline(),
  });
  preview.follow();
  preview.draw();
  preview.refresh();
  status.words(saved);
  status.saved(base, false);
  offerDrafts();
  view.focus();

  form.addEventListener("submit", (event) => (event.preventDefault(), save()));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !event.defaultPrevented) {
      event.preventDefault();
      save();
    }
  });
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
    if (dirty() && !drafts.keep(text(), base, field("message").value)) event.preventDefault();
  });
  setInterval(() => document.hidden || lookAtHead(), HEAD_WAIT);
}
