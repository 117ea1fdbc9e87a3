// A worker: renders the text while it is typed, block by block, and tells the page only what changed.
import { Gradual } from "./preview/gradual.js";

const gradual = new Gradual();
let shown = [];

/** Compare the blocks with those of the last answer, and give what lies between the common start and the common end. */
function changes(blocks) {
  const old = shown;
  shown = blocks;
  const most = Math.min(old.length, blocks.length);
  let start = 0;
  while (start < most && old[start].html === blocks[start].html) start += 1;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end].html === blocks[blocks.length - 1 - end].html) end += 1;
  return { start, removed: old.length - start - end, added: blocks.slice(start, blocks.length - end) };
}

addEventListener("message", ({ data: { version, text } }) => {
  const blocks = gradual.render(text);
  postMessage({ version, ...changes(blocks), lines: Uint32Array.from(blocks, (block) => block.line) });
});
