// The preview follows each keystroke: a worker renders the text at once, and when the writer pauses the server says what
// readers will see, with invariants and problems. Without a server the first goes on alone.
import { Blocks } from "./blocks.js";

const PAUSE = 400;

export class Preview {
  constructor({ view, pane, url, worker, images, headers, path, onAnswer, onRefused, onOffline }) {
    Object.assign(this, { view, pane, url, images, headers, path, onAnswer, onRefused, onOffline });
    this.target = pane.querySelector(".prose");
    this.blocks = new Blocks(this.target, images);
    this.version = 0;
    this.drawn = -1;
    this.running = null;
    this.begin(worker);
  }

  /** The first block of each row on the page, with its line. */
  get shown() {
    return this.blocks.rows;
  }

  begin(address) {
    this.worker = new Worker(address);
    this.address = address;
    this.working = false;
    this.worker.addEventListener("message", ({ data }) => {
      this.working = false;
      this.drawn = data.version;
      this.blocks.change(data);
      if (data.version !== this.version) this.draw();
      else this.said?.();
    });
  }

  schedule() {
    this.version += 1;
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), PAUSE);
  }

  /** Have the newest text rendered; while one is being rendered, the next waits for it. */
  draw() {
    if (this.working) return;
    if (this.blocks.parted) this.anew();
    this.working = true;
    this.worker.postMessage({ version: this.version, text: this.text() });
  }

  /** Begin again with nothing shown: what the worker compares with is no longer what the page shows. */
  anew() {
    this.worker.terminate();
    this.blocks = new Blocks(this.target, this.images);
    this.target.replaceChildren();
    this.begin(this.address);
  }

  text() {
    return this.view.state.doc.toString();
  }

  async refresh() {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const { version } = this;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { ...this.headers(), "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ text: this.text(), path: this.path() }),
        signal: running.signal,
      });
      if (!answer.ok) return this.onRefused(answer.status);
      const body = await answer.json();
      if (version !== this.version) return;
      this.said = () => {
        this.said = null;
        if (version === this.version) this.blocks.confirm(body.blocks);
      };
      if (this.drawn === version) this.said();
      this.onAnswer(body);
    } catch (problem) {
      if (problem.name !== "AbortError") this.onOffline();
    }
  }

  /** The preview's offset that belongs to a (fractional) source line, and the other way round. */
  offsetOf(line) {
    const rows = this.shown;
    const top = this.target.getBoundingClientRect().top;
    for (let index = rows.length - 1; index >= 0; index -= 1) {
      const { line: from, node } = rows[index];
      if (from > line) continue;
      const to = rows[index + 1]?.line ?? this.view.state.doc.lines + 1;
      const box = node.getBoundingClientRect();
      return box.top - top + box.height * Math.min(1, (line - from) / Math.max(1, to - from));
    }
    return 0;
  }

  lineAt(offset) {
    const top = this.target.getBoundingClientRect().top;
    for (let index = this.shown.length - 1; index >= 0; index -= 1) {
      const box = this.shown[index].node.getBoundingClientRect();
      if (box.top - top > offset) continue;
      const from = this.shown[index].line;
      const to = this.shown[index + 1]?.line ?? this.view.state.doc.lines + 1;
      return from + (to - from) * Math.min(1, (offset - (box.top - top)) / Math.max(1, box.height));
    }
    return 1;
  }

  /** Keep source and preview in step; the pane under the pointer or with the focus leads. */
  follow() {
    const { scrollDOM } = this.view;
    let leader = scrollDOM;
    for (const [node, events] of [
      [scrollDOM, ["pointerenter", "focusin", "keydown"]],
      [this.pane, ["pointerenter", "focusin"]],
    ]) {
      for (const name of events) node.addEventListener(name, () => (leader = node));
    }
    scrollDOM.addEventListener("scroll", () => {
      if (leader !== scrollDOM) return;
      const block = this.view.lineBlockAtHeight(scrollDOM.scrollTop);
      const line = this.view.state.doc.lineAt(block.from).number + (scrollDOM.scrollTop - block.top) / Math.max(1, block.height);
      this.pane.scrollTop = this.offsetOf(line);
    });
    this.pane.addEventListener("scroll", () => {
      if (leader !== this.pane) return;
      const line = this.lineAt(this.pane.scrollTop);
      const at = this.view.state.doc.line(Math.min(this.view.state.doc.lines, Math.max(1, Math.floor(line))));
      scrollDOM.scrollTop = this.view.lineBlockAt(at.from).top;
    });
  }
}
