// Keeps choices: in this browser at once, on the server a moment later. What the server has not confirmed stays here.
const PREFIX = "holdfast.conflict:";
const WAIT = 400;

export class Keeping {
  /** `onState(kind, told)` hears of every answer: kept, moved, settled, out, refused, offline. */
  constructor({ id, url, csrf, message, onState }) {
    Object.assign(this, { key: PREFIX + id, url, csrf, message, onState });
    this.waiting = new Map();
    this.timer = 0;
    this.sending = null;
  }

  /** What an earlier load of this page could not send. */
  earlier() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      return { places: Object.entries(found.places ?? {}), message: found.message };
    } catch {
      return { places: [], message: undefined };
    }
  }

  write() {
    try {
      const kept = { places: Object.fromEntries(this.waiting), message: this.message.value };
      if (this.waiting.size || this.message.value !== this.message.defaultValue) localStorage.setItem(this.key, JSON.stringify(kept));
      else localStorage.removeItem(this.key);
    } catch {
      // A browser that keeps nothing: the server still does.
    }
  }

  drop() {
    this.waiting.clear();
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }

  put(place, choice) {
    this.waiting.set(place, choice);
    this.write();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), WAIT);
  }

  /** Send what waits; says whether the server has all of it now. */
  async flush() {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    if (!this.waiting.size) return true;
    this.sending = this.send();
    try {
      return await this.sending;
    } finally {
      this.sending = null;
    }
  }

  async send(again = true) {
    const sent = new Map(this.waiting);
    const body = new URLSearchParams({ act: "keep", csrf: this.csrf.value });
    for (const [place, { take, own }] of sent) {
      body.set(`choice-${place}`, take || "open");
      if (take === "own") body.set(`own-${place}`, own);
    }
    const told = await this.ask({ method: "POST", body });
    // After a new log-in in another tab this page's token is the old session's: ask for the present one, try once more.
    if (told.status === 403 && again && (await this.look())) return this.send(false);
    if (told.status !== 200 && told.status !== 409) return this.hear(told);
    for (const [place, choice] of sent) if (this.waiting.get(place) === choice) this.waiting.delete(place);
    this.write();
    this.hear(told);
    return told.status === 200 && !this.waiting.size;
  }

  /** Ask how the conflict stands; says whether the page's token was an old one. */
  async look() {
    const told = await this.ask({});
    if (told.status !== 200) return this.hear(told);
    const renewed = Boolean(told.csrf) && told.csrf !== this.csrf.value;
    if (renewed) this.csrf.value = told.csrf;
    this.hear(told);
    return renewed;
  }

  async ask(how) {
    try {
      const answer = await fetch(this.url, { ...how, headers: { Accept: "application/json" } });
      const told = await answer.json().catch(() => ({}));
      return { ...told, status: answer.status };
    } catch {
      return { status: 0 };
    }
  }

  hear(told) {
    const kinds = { 0: "offline", 200: "kept", 401: "out", 409: told.regions ? "moved" : "settled" };
    const open = told.status !== 200 || told.state === "open";
    this.onState(open ? (kinds[told.status] ?? "refused") : "settled", told);
    return false;
  }
}
