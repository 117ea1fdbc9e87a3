// Two people wrote at once. Each differing passage is decided by hand, nothing is chosen beforehand, every choice can be
// taken back, and the writer's own text can be fetched at any time.
import { announce, h, isTyping, named } from "../app/dom.js";
import { both, passages } from "./passages.js";
import { marked } from "./words.js";

const CHOICES = [
  ["theirs", "1", "Theirs"],
  ["mine", "2", "Mine"],
  ["both", "3", "Both"],
  ["own", "4", "Write it"],
];

export class Conflict {
  /** `sides` is the server's answer: theirs and base with text and revision; `mine` the writer's text. */
  constructor({ host, sides, mine, onSave, onBack }) {
    Object.assign(this, { host, sides, mine, onSave, onBack });
    this.pieces = passages(sides.theirs.text, mine, sides.base.text);
    this.open = this.pieces.filter((piece) => !("same" in piece));
    this.now = 0;
    this.keyed = (event) => this.onKey(event);
    document.addEventListener("keydown", this.keyed);
    this.build();
  }

  close() {
    document.removeEventListener("keydown", this.keyed);
    this.host.replaceChildren();
    this.host.hidden = true;
  }

  chosen(piece) {
    if ("same" in piece) return piece.same;
    if (piece.choice === "own") return piece.own;
    if (piece.choice === "both") return both(piece.theirs, piece.mine);
    return piece[piece.choice];
  }

  merged() {
    return this.pieces.map((piece) => this.chosen(piece)).join("");
  }

  choose(index, choice) {
    const piece = this.open[index];
    if (!piece) return;
    piece.choice = piece.choice === choice && choice !== "own" ? null : choice;
    if (choice === "own" && piece.own === undefined) piece.own = both(piece.theirs, piece.mine);
    this.now = index;
    this.refresh(index);
    if (choice === "own") piece.node.querySelector("textarea").focus();
  }

  /** Decide every passage that only one side changed: still a choice, but one press for all of them. */
  settleOneSided() {
    this.open.forEach((piece, index) => {
      if (piece.choice) return;
      if (piece.base === piece.mine) this.choose(index, "theirs");
      else if (piece.base === piece.theirs) this.choose(index, "mine");
    });
    announce(`${this.left()} left to decide`);
  }

  left() {
    return this.open.filter((piece) => !piece.choice).length;
  }

  build() {
    const { theirs } = this.sides;
    const oneSided = this.open.filter((piece) => piece.base === piece.mine || piece.base === piece.theirs).length;
    this.status = h("span.grow", { role: "status" });
    this.save = h("button.button.primary", { type: "button", onclick: () => this.onSave(this.merged(), theirs.revision) }, "Save merged");
    const list = h("ol.passages");
    this.pieces.forEach((piece) => list.append("same" in piece ? this.sameRow(piece) : this.passageRow(piece)));
    this.host.replaceChildren(
      h("div.conflict-top", {},
        h("h1", { tabindex: "-1" }, "This spec changed while you wrote"),
        h("p.soft", {}, `${named(theirs.actor)} saved while you were writing. Your text is safe: it is kept on the server and here. Decide each passage that differs; then save on top of the new head.`),
        h("div.acts", {},
          this.save, this.status,
          oneSided ? h("button.button", { type: "button", onclick: () => this.settleOneSided() }, oneSided === 1 ? "Take the one that only one side changed" : `Take the ${oneSided} that only one side changed`) : null,
          h("button.button", { type: "button", onclick: () => this.copyMine() }, "Copy my text"),
          h("button.button.quiet", { type: "button", onclick: () => this.onBack() }, "Back to my text"))),
      list,
    );
    this.host.hidden = false;
    this.open.forEach((_, index) => this.refresh(index));
    this.host.querySelector("h1").focus();
  }

  sameRow(piece) {
    const count = piece.same.split("\n").length - 1 || 1;
    const details = h("details", {}, h("summary.reveal", {}, `${count} ${count === 1 ? "line" : "lines"} the same`), h("pre", {}, piece.same));
    return h("li.same", {}, details);
  }

  passageRow(piece) {
    const index = this.open.indexOf(piece);
    const [left, right] = marked(piece.theirs, piece.mine);
    const name = `passage-${index}`;
    const side = (title, body) => h("div.side", {}, h("p.head", {}, title), h("pre", {}, ...body));
    piece.base_ = h("div.side.base", { hidden: true }, h("p.head", {}, "Base: what both began from"), h("pre", {}, piece.base || "(nothing)"));
    piece.result = h("div.result");
    piece.node = h("li.passage", { "data-index": index, id: name },
      h("div.acts", { role: "group", "aria-label": `Passage ${index + 1}` },
        h("span.soft", {}, `${index + 1} of ${this.open.length}, line ${piece.line}`),
        ...CHOICES.map(([choice, key, label]) =>
          h("button.button", { type: "button", "data-choice": choice, "aria-pressed": "false", onclick: () => this.choose(index, choice) }, h("kbd", {}, key), label)),
        h("button.button.quiet", { type: "button", onclick: () => (piece.base_.hidden = !piece.base_.hidden) }, h("kbd", {}, "B"), "Base")),
      h("div.pair", {}, side("Theirs", left), side("Mine", right)), piece.base_, piece.result);
    piece.node.addEventListener("focusin", () => (this.now = index));
    return piece.node;
  }

  refresh(index) {
    const piece = this.open[index];
    for (const button of piece.node.querySelectorAll("[data-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.choice === piece.choice));
    }
    piece.node.classList.toggle("decided", Boolean(piece.choice));
    piece.result.replaceChildren();
    if (piece.choice === "own") {
      const area = h("textarea.input", { "aria-label": `Your words for passage ${index + 1}`, rows: String(Math.min(14, piece.own.split("\n").length + 1)) });
      area.value = piece.own;
      area.addEventListener("input", () => (piece.own = area.value));
      piece.result.append(area);
    }
    const left = this.left();
    this.save.disabled = left > 0;
    this.status.textContent = left ? `${left} of ${this.open.length} passages left to decide` : "All passages decided";
  }

  async copyMine() {
    try {
      await navigator.clipboard.writeText(this.mine);
      announce("Your text is on the clipboard");
    } catch {
      announce("The browser refused the clipboard: use Back to my text");
    }
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const key = event.key.toLowerCase();
    const choice = CHOICES.find(([, digit]) => digit === key);
    if (choice) this.choose(this.now, choice[0]);
    else if (key === "j" || key === "k") this.go(this.now + (key === "j" ? 1 : -1));
    else if (key === "b") this.open[this.now].base_.hidden = !this.open[this.now].base_.hidden;
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  go(index) {
    this.now = Math.max(0, Math.min(this.open.length - 1, index));
    const { node } = this.open[this.now];
    node.querySelector("button").focus();
    node.scrollIntoView({ block: "nearest" });
  }
}
