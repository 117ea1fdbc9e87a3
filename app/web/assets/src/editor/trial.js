// The dry run: what the invariants as typed would find in the code today, told under each of them and in the foot.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { announce, h } from "../app/dom.js";
import { tell } from "./ask.js";

const PAUSE = 1500;
const SHOWN = 3;
const REMEMBERED = 500;
const INVARIANT = /^ {0,3}(`{3,}|~{3,})\s*ya?ml\s+invariant\b[^\n]*\n[\s\S]*?^ {0,3}\1\s*$/gm;
const setRows = StateEffect.define();
const VERDICTS = {
  kept: ["kept", "●", "Kept"],
  broken: ["drift", "◆", "Broken"],
  unmatched: ["none", "○", "Unmatched"],
  error: ["warn", "▲", "Not decided"],
  untried: ["none", "○", "Not tried"],
};

const counted = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

class Found extends WidgetType {
  constructor(row, run) {
    super();
    this.row = row;
    this.run = run;
    this.key = JSON.stringify([row, run.repository, run.commit]);
  }

  eq(other) {
    return other.key === this.key;
  }

  toDOM() {
    const { verdict, count, findings, note } = this.row;
    const [tone, sign, word] = VERDICTS[verdict] ?? VERDICTS.error;
    const where = `in ${this.run.repository} at ${this.run.commit.slice(0, 8)}`;
    const says = count ? `${word}: ${counted(count, "finding")} ${where}` : `${word} ${where}`;
    const rows = findings.map((one) => {
      const place = one.path ? h("code", {}, one.line ? `${one.path}:${one.line}` : one.path) : null;
      const state = one.state === "introduced" ? null : h("span.soft", {}, ` (${one.state})`);
      return h("li", {}, place, " ", one.message, state, h("span.hint", {}, ` ${one.fix}`));
    });
    const more = rows.slice(SHOWN);
    const rest = count - findings.length;
    // Room around it is padding of the outer box: the editor measures no margins.
    return h("div.tried-room", {}, h(`div.tried.${tone}`, { role: "note", "aria-label": "What this invariant finds today" },
      h("p", {}, h(`span.mark.${tone}`, {}, `${sign} ${says}`), note ? ` ${note}` : null),
      rows.length ? h("ul", {}, ...rows.slice(0, SHOWN)) : null,
      more.length ? h("details", {}, h("summary", {}, `${counted(more.length, "more finding")}`), h("ul", {}, ...more), rest > 0 ? h("p.soft", {}, `${counted(rest, "finding")} beyond these`) : null) : null,
    ));
  }

  ignoreEvent() {
    return true;
  }
}

export const trialMarks = StateField.define({
  create: () => Decoration.none,
  update(now, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setRows)) return effect.value;
    }
    return now.map(transaction.changes);
  },
  provide: (self) => EditorView.decorations.from(self),
});

export class Trial {
  constructor({ view, url, path, headers, status, button }) {
    Object.assign(this, { view, url, path, headers, status, button });
    this.tried = "";
    this.running = null;
    // What is known of blocks by their text: rows by repository. What stood there at first is only spoken of where it breaks.
    this.rows = new Map();
    this.begun = new Set(this.blocks().map(({ text }) => text));
    button.addEventListener("click", () => this.run(true));
  }

  /** The invariants of the text: {text, line, from, to} of each. */
  blocks() {
    const whole = this.view.state.doc.toString();
    return [...whole.matchAll(INVARIANT)].map((found) => ({
      text: found[0], from: found.index, to: found.index + found[0].length, line: this.view.state.doc.lineAt(found.index).number,
    }));
  }

  /** The text with those invariants taken out that were tried as they are: their lines stay, empty. */
  untried(blocks) {
    let text = this.view.state.doc.toString();
    for (const { text: block, from, to } of [...blocks].reverse()) {
      if (this.rows.has(block)) text = text.slice(0, from) + block.replace(/[^\n]+/g, "") + text.slice(to);
    }
    return text;
  }

  /** The text changed: try its invariants again when the writer pauses, if they are others than were tried. */
  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(false), PAUSE);
  }

  say(words, tone = "") {
    this.status.textContent = words;
    this.status.dataset.tone = tone;
  }

  async run(wanted) {
    clearTimeout(this.timer);
    const blocks = this.blocks();
    const rules = blocks.map(({ text }) => text).join("\n");
    if (!wanted && rules === this.tried) return this.show();
    this.running?.abort();
    this.tried = rules;
    if (!blocks.length) {
      this.show();
      if (wanted) announce("There is no invariant in this text");
      return this.say(wanted ? "No invariant to try" : "");
    }
    if (wanted) {
      this.rows.clear();
      this.begun.clear();
    }
    const running = (this.running = new AbortController());
    if (blocks.every(({ text }) => this.rows.has(text))) return this.show(), this.sum();
    this.say("Trying the invariants on the code");
    const answer = await tell(this.url, { text: this.untried(blocks), path: this.path() }, this.headers(), running.signal);
    if (running !== this.running || answer.let_go) return;
    if (!answer.ok) {
      this.tried = "";
      if (answer.status === 409) return;
      return this.say(answer.status ? `Not tried: ${answer.body.detail ?? "the server refused"}` : "Not tried: offline", "warn");
    }
    const { state, runs = [], note = "" } = answer.body;
    if (state !== "tried") return this.say(note, "warn"), wanted && announce(note);
    this.take(runs, blocks);
    this.note = [...runs.filter(({ problem }) => problem).map((one) => `Not tried on ${one.repository}: ${one.problem}`), note].filter(Boolean);
    this.show();
    this.sum(wanted);
  }

  /** Remember what was found of each block. */
  take(runs, blocks) {
    if (runs.some(({ problem }) => problem)) return;
    for (const { text, line } of blocks) {
      if (this.rows.has(text)) continue;
      const found = runs.map(({ repository, commit, invariants }) => ({ repository, commit, row: invariants.find((one) => one.line === line) }));
      this.rows.set(text, found.filter(({ row }) => row));
    }
    if (this.rows.size > REMEMBERED) this.rows.clear();
  }

  /** Put what is known under the blocks as they stand now. */
  show() {
    const marks = this.blocks().flatMap(({ text, to }) =>
      (this.rows.get(text) ?? [])
        .filter(({ row }) => row.verdict !== "kept" || !this.begun.has(text))
        .map(({ row, ...run }) => Decoration.widget({ widget: new Found(row, run), block: true, side: 1 }).range(to)),
    );
    this.view.dispatch({ effects: setRows.of(Decoration.set(marks, true)) });
  }

  /** Say in the foot how they stand together. */
  sum(wanted = false) {
    const by = new Map();
    for (const { text } of this.blocks()) {
      for (const { repository, commit, row } of this.rows.get(text) ?? []) {
        const key = `${repository} at ${commit.slice(0, 8)}`;
        by.set(key, [...(by.get(key) ?? []), row]);
      }
    }
    const parts = [...by].map(([where, rows]) => {
      const of = (...verdicts) => rows.filter((one) => verdicts.includes(one.verdict)).length;
      const told = [[of("kept"), "kept"], [of("broken"), "broken"], [of("unmatched"), "unmatched"], [of("error", "untried"), "undecided"]];
      const places = rows.reduce((sum, one) => sum + one.count, 0);
      return `${where}: ${told.filter(([count]) => count).map(([count, word]) => `${count} ${word}`).join(", ")}${places ? `, ${counted(places, "finding")}` : ""}`;
    });
    const whole = [...by.values()].flat().every(({ verdict }) => verdict === "kept");
    const words = [...parts, ...(this.note ?? [])];
    this.say(words.join(" · ") || "No invariant that could be tried", words.length && whole && !this.note?.length ? "kept" : words.length ? "drift" : "warn");
    if (wanted) announce(words.join(". "));
  }
}
