// What is wrong with the text: a sign in the gutter, a line under the words, a list under the text. F8 walks it.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, gutter, GutterMarker, hoverTooltip } from "@codemirror/view";
import { announce, h } from "../app/dom.js";

const setProblems = StateEffect.define();
export const SIGNS = { error: "◆", warning: "▲", info: "○" };
const TONES = { error: "drift", warning: "warn", info: "none" };

class Sign extends GutterMarker {
  constructor(severity, words) {
    super();
    this.severity = severity;
    this.words = words;
  }

  eq(other) {
    return other.severity === this.severity && other.words === this.words;
  }

  toDOM() {
    return h(`span.sign.${this.severity}`, { title: this.words }, SIGNS[this.severity]);
  }
}

/** Where a problem stands: from its column to the end of that word, or the line's words where no column is told. */
function extent(doc, { line, column }) {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  const indent = at.text.match(/^\s*/)[0].length;
  if (!column || column <= 1) return [at.from + indent, at.to];
  const from = Math.min(at.to, at.from + column - 1);
  const rest = at.text.slice(from - at.from);
  const word = rest.match(/^`[^`]*`|^[^\s,;)\]]+/)?.[0] ?? rest.slice(0, 1);
  return [from, from + word.length];
}

const field = StateField.define({
  create: () => ({ told: [], lines: Decoration.none }),
  update(now, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setProblems)) continue;
      const { doc } = transaction.state;
      const told = effect.value.map((one) => ({ ...one, extent: extent(doc, one) }));
      const lines = told
        .filter(({ extent: [from, to] }) => to > from)
        .map(({ extent: [from, to], severity }) => Decoration.mark({ class: `cm-wrong ${severity}` }).range(from, to));
      return { told, lines: Decoration.set(lines, true) };
    }
    if (!transaction.docChanged) return now;
    const { changes } = transaction;
    const told = now.told.map((one) => ({ ...one, extent: [changes.mapPos(one.extent[0], -1), changes.mapPos(one.extent[1], 1)] }));
    return { told, lines: now.lines.map(changes) };
  },
  provide: (self) => EditorView.decorations.from(self, (value) => value.lines),
});

function words({ severity, message, hint }) {
  return h("p", {}, h(`span.mark.${TONES[severity]}`, {}, `${SIGNS[severity]} ${severity}`), ` ${message} `, h("span.hint", {}, hint));
}

const onHover = hoverTooltip((view, position) => {
  const here = view.state.field(field).told.filter(({ extent: [from, to] }) => from <= position && position <= to);
  if (!here.length) return null;
  return { pos: here[0].extent[0], above: true, create: () => ({ dom: h("div.told", {}, ...here.map(words)) }) };
});

export function problemMarks() {
  return [
    field,
    onHover,
    gutter({
      class: "cm-problems",
      lineMarker: (view, line) => {
        const here = view.state.field(field).told.filter(({ extent: [from] }) => from >= line.from && from <= line.to);
        const worst = ["error", "warning", "info"].find((severity) => here.some((one) => one.severity === severity));
        return worst ? new Sign(worst, here.map((one) => one.message).join("\n")) : null;
      },
      lineMarkerChange: (update) => update.startState.field(field) !== update.state.field(field),
    }),
  ];
}

/** Go to the next problem behind the caret, or the one before it. */
export function walkProblems(step) {
  return (view) => {
    const { told } = view.state.field(field);
    const caret = view.state.selection.main.head;
    const places = [...told].sort((a, b) => a.extent[0] - b.extent[0]);
    const next = step > 0 ? (places.find((one) => one.extent[0] > caret) ?? places[0]) : (places.findLast((one) => one.extent[0] < caret) ?? places.at(-1));
    if (!next) return announce("Nothing is wrong in the text"), true;
    goTo(view, next.extent[0]);
    announce(`${next.severity}: ${next.message} ${next.hint}`);
    return true;
  };
}

export function goTo(view, at) {
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  view.focus();
}

/** Show what is wrong with the text, in it and in `list`; a press on a row goes to the line. */
export function showProblems(view, list, problems) {
  view.dispatch({ effects: setProblems.of(problems) });
  list.hidden = problems.length === 0;
  list.replaceChildren(
    ...problems.map((one, at) =>
      h(
        "button",
        { type: "button", onclick: () => goTo(view, view.state.field(field).told[at]?.extent[0] ?? 0) },
        h(`span.mark.${TONES[one.severity]}`, {}, `${SIGNS[one.severity]} line ${one.line}`),
        h("span", {}, `${one.message} `, h("span.hint", {}, one.hint)),
      ),
    ),
  );
}
