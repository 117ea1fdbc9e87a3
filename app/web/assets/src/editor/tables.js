// Tables: Tab goes from cell to cell and leaves behind the last one, Enter begins a row, and a key sets columns straight.
const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;

/** The lines of the table round a position: {first, last, row}, the row counted from the first; null outside of one. */
function tableAt(doc, position) {
  const here = doc.lineAt(position).number;
  if (!ROW.test(doc.line(here).text)) return null;
  let first = here;
  let last = here;
  while (first > 1 && ROW.test(doc.line(first - 1).text)) first -= 1;
  while (last < doc.lines && ROW.test(doc.line(last + 1).text)) last += 1;
  return last > first ? { first, last, row: here - first } : null;
}

/** Where the cells of a line stand: [from, to] of each, blanks left out. */
export function cellsOf(text) {
  const bars = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "|") bars.push(at);
  }
  return bars.slice(0, -1).map((bar, at) => {
    const inside = text.slice(bar + 1, bars[at + 1]);
    const words = inside.trim();
    const from = bar + 1 + (words ? inside.indexOf(words) : Math.min(1, inside.length));
    return [from, from + words.length];
  });
}

function select(view, line, [from, to]) {
  view.dispatch({ selection: { anchor: line.from + from, head: line.from + to }, scrollIntoView: true });
  return true;
}

/** Go to the next cell (or the one before); false where there is none, so that the key does what it does elsewhere. */
export function walkCells(step) {
  return (view) => {
    const { doc, selection } = view.state;
    const table = tableAt(doc, selection.main.head);
    if (!table) return false;
    let line = doc.lineAt(selection.main.head);
    const column = selection.main.head - line.from;
    let cells = cellsOf(line.text);
    let at = cells.findLastIndex(([from]) => from <= column) + step;
    while (at < 0 || at >= cells.length) {
      const next = line.number + step;
      if (next < table.first || next > table.last) return false;
      line = doc.line(next);
      if (RULE.test(line.text)) continue;
      cells = cellsOf(line.text);
      at = step > 0 ? 0 : cells.length - 1;
      if (!cells.length) return false;
    }
    return select(view, line, cells[at]);
  };
}

/** Begin a row below; in a row without words take it away and leave the table. */
export function newRow(view) {
  const { doc, selection } = view.state;
  const table = tableAt(doc, selection.main.head);
  if (!table || !selection.main.empty) return false;
  const line = doc.lineAt(selection.main.head);
  const cells = cellsOf(line.text);
  if (selection.main.head < line.from + line.text.trimEnd().length - 1 && line.number !== table.last) return false;
  if (cells.every(([from, to]) => from === to)) {
    view.dispatch({ changes: { from: line.from, to: line.to }, selection: { anchor: line.from } });
    return true;
  }
  const after = line.number === table.first && table.last > table.first && RULE.test(doc.line(line.number + 1).text) ? doc.line(line.number + 1) : line;
  view.dispatch({
    changes: { from: after.to, insert: `\n|${"  |".repeat(cells.length)}` },
    selection: { anchor: after.to + 3 },
    scrollIntoView: true,
  });
  return true;
}

/** Set the columns of a table straight; with `added`, after putting one in behind the column of the caret. */
export function straighten(added = false) {
  return (view) => {
    const { doc, selection } = view.state;
    const table = tableAt(doc, selection.main.head);
    if (!table) return false;
    const here = doc.lineAt(selection.main.head);
    const column = cellsOf(here.text).findLastIndex(([from]) => from <= selection.main.head - here.from);
    const rows = [];
    for (let number = table.first; number <= table.last; number += 1) {
      const { text } = doc.line(number);
      const words = cellsOf(text).map(([from, to]) => text.slice(from, to));
      if (added) words.splice(column + 1, 0, RULE.test(text) ? "---" : "");
      rows.push({ words, rule: RULE.test(text) });
    }
    const many = Math.max(...rows.map(({ words }) => words.length));
    const wide = Array.from({ length: many }, (_, at) => Math.max(3, ...rows.map(({ words, rule }) => (rule ? 0 : [...(words[at] ?? "")].length))));
    const made = rows.map(({ words, rule }) =>
      `| ${wide.map((width, at) => {
        const word = words[at] ?? (rule ? "---" : "");
        if (rule) return `${word.startsWith(":") ? ":" : "-"}${"-".repeat(width - 2)}${word.endsWith(":") && word.length > 1 ? ":" : "-"}`;
        return word + " ".repeat(width - [...word].length);
      }).join(" | ")} |`,
    );
    view.dispatch({ changes: { from: doc.line(table.first).from, to: doc.line(table.last).to, insert: made.join("\n") } });
    const line = view.state.doc.line(table.first + table.row);
    return select(view, line, cellsOf(line.text)[Math.max(0, column + (added ? 1 : 0))]);
  };
}
