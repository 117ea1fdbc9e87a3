// Completion: names of the code in inline code and invariants, links, keys and kinds, templates behind a slash.
import { acceptCompletion, autocompletion, completionStatus, snippetCompletion, startCompletion } from "@codemirror/autocomplete";
import { Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { ask } from "./ask.js";
import { placeAt } from "./places.js";
import { invariant, TEMPLATES } from "./templates.js";

const COMMON = [
  ["id", "unique in the project"], ["name", "a title"], ["kind", "what sort of invariant"], ["why", "why it must hold"],
  ["severity", "error, warning or info"], ["except", "what it lets through"], ["owner", "who looks after it"],
  ["repositories", "which it is about"],
];
const FRONT = [
  ["title", "of the spec"], ["status", "draft, active or retired"], ["owners", "who looks after it"],
  ["covers", "the code it speaks for"], ["repositories", "which it is about"], ["inferred", "sections no person has said"],
];
const FIXED = { severity: ["error", "warning", "info"], status: ["draft", "active", "retired"], imports: ["all", "runtime"] };
const FENCES = [["yaml invariant", "checked against the code"], ["mermaid", "a diagram"], ["yaml policy", "what changes need"]];
const SYMBOLS = new Set(["symbol", "symbols", "members"]);
const PATHS = new Set(["file", "files", "path", "paths", "covers"]);
const NO_NAMES = new Set(["id", "name", "why", "owner", "owners", "title", "signature", "matches", "max", "depth", "at_least", "pattern", "regex", "fix", "because"]);

const plain = (pairs, type) => pairs.map(([label, detail]) => ({ label, detail, type }));

/** Give the extension. `urls` has complete and kinds; `path` and `sections` tell of the text at hand. */
export function completion({ urls, path, sections }) {
  let kinds = null;
  const allKinds = async () => (kinds ??= (await ask(urls.kinds))?.items ?? null) ?? [];

  const asked = async (context, place, what, extra = {}) => {
    const leaving = new AbortController();
    context.addEventListener("abort", () => leaving.abort());
    const query = new URLSearchParams({ what, q: place.typed, here: path(), ...extra });
    const answer = await ask(`${urls.complete}?${query}`, leaving.signal);
    if (!answer || context.aborted) return null;
    const options = answer.items.map((one) => ({
      label: one.label, apply: one.text, type: one.what, detail: one.detail || one.what,
    }));
    if (answer.reading && !options.length) options.push({ label: "The code is still being read", apply: () => {}, type: "note" });
    return { from: context.pos - place.typed.length, options, filter: false };
  };
  const given = (context, place, options) => ({ from: context.pos - place.typed.length, options, validFor: /^[\w-]*$/ });

  const links = (context, place) => {
    if (!place.typed.startsWith("#")) return asked(context, place, "link");
    const options = sections().map(({ anchor, title }) => ({ label: `#${anchor}`, detail: title, type: "section" }));
    return { from: context.pos - place.typed.length, options, validFor: /^#[\w-]*$/ };
  };

  const inBlock = async (context, place) => {
    const kind = (await allKinds()).find((one) => one.name === place.kind);
    if (place.what === "key") {
      const own = (kind?.options ?? []).map((one) => ({
        label: one.name, apply: `${one.name}: `, detail: one.required ? "needed" : "", info: one.hint || null, type: "key", boost: one.required ? 2 : 1,
      }));
      const common = COMMON.map(([label, detail]) => ({ label, apply: `${label}: `, detail, type: "key" }));
      return given(context, place, [...own, ...common]);
    }
    if (place.key === "kind") {
      return given(context, place, (await allKinds()).map((one) => ({ label: one.name, detail: one.summary, type: "kind" })));
    }
    const option = kind?.options.find((one) => one.name === place.key);
    const values = option?.values.length ? option.values : FIXED[place.key];
    if (values) return given(context, place, values.map((label) => ({ label, type: "value" })));
    if (NO_NAMES.has(place.key)) return null;
    return asked(context, place, SYMBOLS.has(place.key) ? "symbol" : PATHS.has(place.key) ? "path" : "selector");
  };

  const slash = async (context, place) => {
    const options = [
      ...TEMPLATES.filter(({ first }) => !first || context.state.doc.lineAt(context.pos).number === 1).map(({ label, detail, text }) => snippetCompletion(text, { label, detail, type: "template", boost: 1 })),
      ...(await allKinds()).map((one) =>
        snippetCompletion(invariant(one), { label: one.name, detail: one.summary, type: "invariant" }),
      ),
    ];
    return { from: context.pos - place.typed.length - 1, to: context.pos, options: options.map((one) => ({ ...one, label: `/${one.label}` })), validFor: /^\/[\w-]*$/ };
  };

  const source = async (context) => {
    const place = placeAt(context.state.doc, context.pos);
    if (!place) return null;
    if (place.what === "slash") return slash(context, place);
    if (place.what === "link") return links(context, place);
    if (place.what === "fence") return { ...given(context, place, plain(FENCES, "fence")), validFor: /^[\w ]*$/ };
    if (place.what === "front-key") return given(context, place, FRONT.map(([label, detail]) => ({ label, apply: `${label}: `, detail, type: "key" })));
    if (place.what === "front-value") {
      if (FIXED[place.key]) return given(context, place, FIXED[place.key].map((label) => ({ label, type: "value" })));
      return place.key === "covers" ? asked(context, place, "path") : null;
    }
    if (place.what === "code") return place.typed || context.explicit ? asked(context, place, "name") : null;
    if (!place.typed && !context.explicit && place.what === "key") return null;
    return inBlock(context, place);
  };

  const choosing = autocompletion({ override: [source], icons: false, maxRenderedOptions: 50, activateOnTypingDelay: 60, tooltipClass: () => "completions" });
  return [choosing, taking, reachable];
}

/** Open the templates where the caret is, on an empty line: the slash that brings them is written for whoever asks. */
export function openTemplates(view) {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  const insert = line.text.trim() ? "\n\n/" : "/";
  const from = line.text.trim() ? line.to : view.state.selection.main.head;
  view.dispatch({ changes: { from, insert }, selection: { anchor: from + insert.length }, scrollIntoView: true, userEvent: "input.type" });
  view.focus();
  startCompletion(view);
}

// Tab takes what is chosen while the list is open: it never leads into the list itself.
const taking = Prec.high(keymap.of([{ key: "Tab", run: (view) => completionStatus(view.state) === "active" && (acceptCompletion(view), true) }]));

// A list that scrolls must be reachable; only a mouse on its scrollbar ever goes there.
const reachable = EditorView.updateListener.of(({ view }) => {
  for (const list of view.dom.querySelectorAll(".completions > ul")) list.tabIndex = 0;
});
