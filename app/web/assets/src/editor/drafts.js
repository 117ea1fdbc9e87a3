// Drafts live in this browser until they are saved, taken back or thrown away by choice. One key a page load, so that
// a new page never writes over the draft that it offers. Each keystroke is written down at once, as a small change
// beside the whole text: a tab that is killed in the middle of a word loses nothing.
import { ChangeSet, Text } from "@codemirror/state";

const PREFIX = "holdfast.draft:";
const KEPT = 20;
const FOLDED = 64;

export class Drafts {
  constructor(spec, storage = localStorage) {
    this.prefix = `${PREFIX}${spec}:`;
    this.storage = storage;
    this.key = `${this.prefix}${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    this.whole = false;
    this.changes = 0;
    // While this page lives, other tabs leave its drafts alone.
    navigator.locks?.request(this.key, () => new Promise(() => {}));
  }

  /** Keep this text; says whether the browser took it. */
  keep(text, base, message) {
    try {
      this.storage.setItem(this.key, JSON.stringify({ text, base, message, at: new Date().toISOString() }));
      this.forget();
      this.whole = true;
      return true;
    } catch {
      return false;
    }
  }

  /** Keep one change on top of what is kept; the whole text where there is none yet, or after many. */
  add(changes, text, base, message) {
    if (!this.whole || this.changes >= FOLDED) return this.keep(text(), base, message);
    try {
      this.storage.setItem(`${this.key}+${this.changes}`, JSON.stringify(changes.toJSON()));
      this.changes += 1;
      return true;
    } catch {
      return this.keep(text(), base, message);
    }
  }

  /** Drop the single changes: they are in the whole text. */
  forget(key = this.key) {
    for (let at = 0; this.storage.getItem(`${key}+${at}`) !== null; at += 1) this.storage.removeItem(`${key}+${at}`);
    if (key === this.key) this.changes = 0;
  }

  drop(key = this.key) {
    try {
      this.storage.removeItem(key);
      this.forget(key);
      if (key === this.key) this.whole = false;
    } catch {
      // Nothing was kept, so nothing is left.
    }
  }

  /** The text of a draft with the changes that came after it. */
  restored(key, text) {
    let doc = Text.of(text.split("\n"));
    for (let at = 0; ; at += 1) {
      const change = this.storage.getItem(`${key}+${at}`);
      if (change === null) return doc.toString();
      try {
        doc = ChangeSet.fromJSON(JSON.parse(change)).apply(doc);
      } catch {
        return doc.toString();
      }
    }
  }

  /** Drafts of earlier page loads, newest first; the very old end of the list is let go. */
  earlier() {
    const found = [];
    try {
      for (let index = 0; index < this.storage.length; index += 1) {
        const key = this.storage.key(index);
        if (!key.startsWith(this.prefix) || key === this.key || /\+\d+$/.test(key)) continue;
        const draft = JSON.parse(this.storage.getItem(key));
        if (typeof draft?.text === "string") found.push({ key, ...draft, text: this.restored(key, draft.text) });
      }
    } catch {
      return found;
    }
    found.sort((a, b) => (a.at < b.at ? 1 : -1));
    for (const { key } of found.slice(KEPT)) this.drop(key);
    return found.slice(0, KEPT);
  }

  /** The same without those that another open tab is writing. */
  async left() {
    const held = await navigator.locks?.query().catch(() => null);
    const open = new Set((held?.held ?? []).map(({ name }) => name));
    return this.earlier().filter(({ key }) => !open.has(key));
  }
}
