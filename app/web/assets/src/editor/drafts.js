// Drafts live in this browser until they are saved, taken back or thrown away by choice. One key a page load, so that
// a new page never writes over the draft that it offers.
const PREFIX = "holdfast.draft:";
const KEPT = 20;

export class Drafts {
  constructor(spec, storage = localStorage) {
    this.prefix = `${PREFIX}${spec}:`;
    this.storage = storage;
    this.key = `${this.prefix}${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
  }

  /** Keep this text; says whether the browser took it. */
  keep(text, base, message) {
    try {
      this.storage.setItem(this.key, JSON.stringify({ text, base, message, at: new Date().toISOString() }));
      return true;
    } catch {
      return false;
    }
  }

  drop(key = this.key) {
    try {
      this.storage.removeItem(key);
    } catch {
      // Nothing was kept, so nothing is left.
    }
  }

  /** Drafts of earlier page loads, newest first; the very old end of the list is let go. */
  earlier() {
    const found = [];
    try {
      for (let index = 0; index < this.storage.length; index += 1) {
        const key = this.storage.key(index);
        if (!key.startsWith(this.prefix) || key === this.key) continue;
        const draft = JSON.parse(this.storage.getItem(key));
        if (typeof draft?.text === "string") found.push({ key, ...draft });
      }
    } catch {
      return found;
    }
    found.sort((a, b) => (a.at < b.at ? 1 : -1));
    for (const { key } of found.slice(KEPT)) this.drop(key);
    return found.slice(0, KEPT);
  }
}
