// Renders a text that changes a little at a time: only the blocks round a change are read again. One block on each side
// comes along: where they come out as they were, what lies beyond them does too. Where not, all is rendered.
import { front, read } from "./render.js";

export class Gradual {
  constructor() {
    this.lines = null;
  }

  /** Give the blocks of a text, as `render` does. */
  render(text) {
    const lines = text.split("\n");
    const blocks = (this.lines && front(text) === this.head ? this.partly(lines) : null) ?? this.whole(text);
    this.lines = lines;
    this.blocks = blocks;
    return blocks;
  }

  whole(text) {
    this.env = {};
    this.head = front(text);
    return read(text.slice(this.head.length), this.env, this.head.split("\n").length - 1);
  }

  /** Give the blocks where only some of them can have changed; null where that cannot be known. */
  partly(lines) {
    const old = this.lines;
    const least = Math.min(old.length, lines.length);
    let same = 0;
    while (same < least && old[same] === lines[same]) same += 1;
    let rest = 0;
    while (rest < least - same && old[old.length - 1 - rest] === lines[lines.length - 1 - rest]) rest += 1;
    if (same === old.length && same === lines.length) return this.blocks;
    const { blocks } = this;
    const starts = blocks.map(({ line }) => line - 1);
    const first = starts.findLastIndex((start) => start <= same) - 1;
    if (first < 0 || starts[first] < this.head.split("\n").length - 1 || same <= starts[first]) return null;
    const shift = lines.length - old.length;
    let last = starts.findIndex((start) => start >= old.length - rest);
    const toEnd = last < 0 || last === blocks.length - 1;
    if (last < 0) last = blocks.length - 1;
    const end = toEnd ? old.length : starts[last + 1];
    const window = lines.slice(starts[first], end + shift).join("\n");
    // A definition of a link may change any block.
    if (window.includes("]:") || old.slice(starts[first], end).join("\n").includes("]:")) return null;
    const fresh = read(window, { references: this.env.references }, starts[first]);
    if (!fresh.length || fresh[0].html !== blocks[first].html || fresh[0].line !== blocks[first].line) return null;
    if (!toEnd) {
      const mark = fresh.at(-1);
      if (mark.html !== blocks[last].html || mark.line !== blocks[last].line + shift) return null;
    }
    const beyond = blocks.slice(last + 1).map((block) => (shift ? { ...block, line: block.line + shift } : block));
    return [...blocks.slice(0, first), ...fresh, ...beyond];
  }
}
