// What the parser says about the text: a sign in the gutter, the words in a list under the text.
import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { EditorView, gutter, GutterMarker } from "@codemirror/view";
import { h } from "../app/dom.js";

const setProblems = StateEffect.define();

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
    return h(`span.sign.${this.severity}`, { title: this.words }, this.severity === "error" ? "◆" : "▲");
  }
}

const field = StateField.define({
  create: () => RangeSet.empty,
  update(signs, transaction) {
    let now = signs.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setProblems)) continue;
      const { doc } = transaction.state;
      const found = effect.value.map(({ line, severity, message }) =>
        new Sign(severity, message).range(doc.line(Math.min(Math.max(1, line), doc.lines)).from),
      );
      now = RangeSet.of(found, true);
    }
    return now;
  },
});

export function problemGutter() {
  return [
    field,
    gutter({ class: "cm-problems", markers: (view) => view.state.field(field) }),
    EditorView.baseTheme({
      ".cm-problems": { width: "1.125rem" },
      ".cm-problems .sign": { display: "block", textAlign: "center", fontSize: "0.6875rem" },
      ".cm-problems .error": { color: "var(--coral)" },
      ".cm-problems .warning, .cm-problems .info": { color: "var(--amber)" },
    }),
  ];
}

/** Show the problems of the last preview in the gutter and in `list`; a click goes to the line. */
export function showProblems(view, list, problems) {
  view.dispatch({ effects: setProblems.of(problems) });
  list.hidden = problems.length === 0;
  list.replaceChildren(
    ...problems.map(({ line, severity, message, hint }) =>
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            const at = view.state.doc.line(Math.min(line, view.state.doc.lines)).from;
            view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
            view.focus();
          },
        },
        h(`span.mark.${severity === "error" ? "drift" : "warn"}`, {}, `${severity === "error" ? "◆" : "▲"} line ${line}`),
        h("span", {}, `${message} `, h("span.hint", {}, hint)),
      ),
    ),
  );
}
