// CodeMirror with as little as a Markdown text needs. Tab is left to the page: it moves on, as everywhere.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { deleteMarkupBackward, insertNewlineContinueMarkup, markdownLanguage } from "@codemirror/lang-markdown";
import { yamlFrontmatter, yamlLanguage } from "@codemirror/lang-yaml";
import { HighlightStyle, Language, LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parseCode } from "@lezer/markdown";
import { problemMarks } from "./problems.js";
import { newRow, straighten, walkCells } from "./tables.js";
import { trialMarks } from "./trial.js";

const yamlInside = parseCode({ codeParser: (info) => (/^ya?ml\b/.test(info) ? yamlLanguage.parser : null) });
const language = new Language(markdownLanguage.data, markdownLanguage.parser.configure([yamlInside]), [], "markdown");

const wholeText = yamlFrontmatter({ content: new LanguageSupport(language) });

const inks = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "600", color: "var(--ink)" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.link, tags.url], color: "var(--kelp)" },
  { tag: tags.monospace, color: "var(--slate)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--kelp)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.bool, tags.number, tags.keyword], color: "var(--amber)" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.punctuation, tags.meta, tags.comment, tags.quote, tags.labelName], color: "var(--ink-soft)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--paper)", color: "var(--ink)", fontSize: "var(--code)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.375rem" },
  ".cm-content": { padding: "1.25rem 0 40vh", caretColor: "var(--ink)", maxWidth: "calc(86ch + 2rem)" },
  ".cm-line": { padding: "0 1.25rem 0 0.75rem" },
  ".cm-cursor": { borderLeft: "2px solid var(--kelp)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--ink-soft)", border: "none", fontSize: "var(--t1)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.75rem", padding: "0 0.5rem 0 0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--paper-2) 65%, transparent)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "light-dark(#cfe5dd, #23534a)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--amber-wash)" },
  ".cm-searchMatch": { backgroundColor: "var(--amber-wash)", outline: "1px solid var(--amber)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--kelp-word)" },
  ".cm-panels": { backgroundColor: "var(--paper-2)", color: "var(--ink)", borderColor: "var(--line) !important" },
  ".cm-panel.cm-search": { padding: "0.5rem 2rem 0.5rem 1.25rem", fontFamily: "var(--sans)" },
  ".cm-panel.cm-search label": { fontSize: "var(--t1)" },
  ".cm-panel.cm-search [name=close]": { fontSize: "1.25rem", padding: "0 0.5rem", color: "var(--ink-soft)" },
  ".cm-textfield": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line-2)",
    borderRadius: "4px",
    fontSize: "var(--t2)",
    padding: "0.125rem 0.375rem",
  },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line-2)", borderRadius: "var(--radius)", boxShadow: "var(--shadow)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "var(--t1)", maxHeight: "16rem", minWidth: "16rem", maxWidth: "min(44rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "1rem", padding: "0.1875rem 0.625rem", lineHeight: "1.25rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--kelp)", color: "var(--on-kelp)" },
  ".cm-tooltip.cm-tooltip-autocomplete completion-section": { padding: "0.25rem 0.625rem", color: "var(--ink-soft)", borderColor: "var(--line)", opacity: "1" },
  ".cm-completionLabel": { overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": { marginLeft: "auto", fontFamily: "var(--sans)", fontStyle: "normal", color: "var(--ink-soft)", overflow: "hidden", textOverflow: "ellipsis" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.5rem 0.75rem", fontSize: "var(--t1)", maxWidth: "24rem" },
  ".cm-snippetField": { backgroundColor: "var(--kelp-wash)" },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line-2)",
    borderRadius: "4px",
    fontSize: "var(--t1)",
  },
});

// Typing over a selection is done here: a browser dresses what it types in the style of what stood there, which the
// policy of the page refuses and reports.
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view;
    if (event.inputType !== "insertText" || !event.data || view.composing || state.readOnly || state.selection.main.empty) return false;
    view.dispatch(state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

/** Make the editor over `parent`. `onChange` is called for each change of the text, `keys` come before the usual ones. */
export function makeView({ parent, text, nonce, label, keys, onChange, onCaret, helps = [], readOnly = false }) {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        problemMarks(),
        trialMarks,
        typedOver,
        helps,
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        EditorView.lineWrapping,
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true", tabindex: "0" }),
        wholeText,
        syntaxHighlighting(inks),
        look,
        keymap.of([
          ...keys,
          { key: "Tab", run: walkCells(1), shift: walkCells(-1) },
          { key: "Enter", run: newRow },
          { key: "Alt-Shift-f", run: straighten() },
          { key: "Alt-Shift-c", run: straighten(true) },
          { key: "Enter", run: insertNewlineContinueMarkup },
          { key: "Backspace", run: deleteMarkupBackward },
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update);
          else if (update.selectionSet) onCaret?.();
        }),
      ],
    }),
  });
}

/** Put another text in, as one step that can be undone. Only what differs is replaced: the caret stays where it was. */
export function setText(view, text) {
  const old = view.state.doc.toString();
  const most = Math.min(old.length, text.length);
  let from = 0;
  while (from < most && old[from] === text[from]) from += 1;
  let end = 0;
  while (end < most - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  view.dispatch({ changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) } });
}
