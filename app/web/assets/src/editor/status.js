// The foot of the editor: one word for the state of the text, always visible, announced when it changes.
const WORDS = {
  saved: "Saved",
  unsaved: "Unsaved, draft kept in this browser",
  fresh: "Not saved yet",
  saving: "Saving",
  offline: "Offline, draft kept in this browser",
  expired: "Logged out, draft kept in this browser",
  stale: "Out of date, draft kept in this browser",
};

export class Status {
  constructor(form) {
    this.node = form.querySelector(".state");
    this.count = form.querySelector("[data-words]");
    this.base = form.querySelector("[data-base]");
    this.busy = false;
    this.isDirty = false;
    this.isOffline = !navigator.onLine;
    this.stale = false;
    this.isExpired = false;
    this.isKept = true;
    this.isTyped = false;
  }

  show() {
    const state = this.busy ? "saving" : this.isOffline ? "offline" : this.isExpired ? "expired" : this.stale ? "stale" : this.isDirty ? "unsaved" : "saved";
    let words = WORDS[state];
    if (state === "unsaved" && !this.isTyped) words = WORDS.fresh;
    else if (!this.isTyped && !this.busy && state !== "saved") words = words.split(",")[0];
    else if (this.isTyped && !this.isKept) words = `${words.split(",")[0]}, and this browser keeps no draft: copy your text before you leave`;
    if (this.node.dataset.state === state && this.node.textContent === words) return;
    this.node.dataset.state = state;
    this.node.textContent = words;
  }

  /** Whether the text is another than the server has, and whether that is because somebody typed. */
  dirty(is, typed = is) {
    this.isDirty = is;
    this.isTyped = typed;
    this.show();
  }

  kept(is) {
    this.isKept = is;
    this.show();
  }

  saving() {
    this.busy = true;
    this.show();
  }

  answered(kind) {
    this.busy = false;
    this.isOffline = kind === "offline";
    if (kind === "conflict") this.stale = true;
    this.show();
  }

  saved(base, dirty, typed = dirty) {
    this.isDirty = dirty;
    this.isTyped = typed;
    this.stale = false;
    if (this.base) this.base.textContent = base ? base.slice(0, 8) : "new";
    this.show();
  }

  online() {
    this.isOffline = false;
    this.show();
  }

  offline() {
    this.isOffline = true;
    this.show();
  }

  /** The session is over, or there is one again. */
  expired(is) {
    this.isExpired = is;
    this.show();
  }

  outOfDate() {
    this.stale = true;
    this.show();
  }

  words(text) {
    if (!this.count) return;
    const words = text.split(/\s+/).filter(Boolean).length;
    this.count.textContent = `${words} ${words === 1 ? "word" : "words"}`;
  }
}
