// Where two texts differ, as passages with what each side (and the base) says. Values only, no page.
import { Chunk } from "@codemirror/merge";
import { Text } from "@codemirror/state";

const textOf = (value) => Text.of(value.split("\n"));
const slice = (doc, from, to) => doc.sliceString(from, Math.min(to, doc.length));

/** Where a place of A stands in B. Inside a changed chunk: its start or its end. */
function mapped(chunks, position, side) {
  let shift = 0;
  for (const chunk of chunks) {
    if (position < chunk.fromA) break;
    if (position < chunk.toA) return side < 0 ? chunk.fromB : chunk.toB;
    if (position === chunk.fromA && chunk.fromA === chunk.toA && side < 0) break;
    shift = chunk.toB - chunk.toA;
  }
  return position + shift;
}

/**
 * Cut two texts into pieces: `{same: text}` or `{theirs, mine, base, line}`.
 * Joining each passage's chosen text with the same pieces, in order, gives a whole text.
 */
export function passages(theirs, mine, base) {
  const a = textOf(theirs);
  const b = textOf(mine);
  const c = textOf(base);
  const toBase = Chunk.build(a, c);
  const pieces = [];
  let at = 0;
  for (const chunk of Chunk.build(a, b)) {
    if (chunk.fromA > at) pieces.push({ same: slice(a, at, chunk.fromA) });
    pieces.push({
      theirs: slice(a, chunk.fromA, chunk.toA),
      mine: slice(b, chunk.fromB, chunk.toB),
      base: slice(c, mapped(toBase, chunk.fromA, -1), mapped(toBase, chunk.toA, 1)),
      line: b.lineAt(Math.min(chunk.fromB, b.length)).number,
    });
    at = chunk.toA;
  }
  if (at < a.length) pieces.push({ same: slice(a, at, a.length) });
  return pieces;
}

/** Both texts, one after the other, each on lines of its own. */
export function both(first, second) {
  const gap = first && !first.endsWith("\n") ? "\n" : "";
  return `${first}${gap}${second}`;
}
