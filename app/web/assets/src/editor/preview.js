// The preview is made by the server, so that it shows what readers will see. Only blocks that changed are replaced.
const WAIT = 120;

export class Preview {
  constructor({ view, pane, url, headers, onAnswer, onOffline }) {
    Object.assign(this, { view, pane, url, headers, onAnswer, onOffline });
    this.target = pane.querySelector(".prose");
    this.shown = [];
    this.running = null;
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), WAIT);
  }

  async refresh() {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { ...this.headers(), "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ text: this.view.state.doc.toString() }),
        signal: running.signal,
      });
      if (answer.ok) {
        const body = await answer.json();
        this.show(body.blocks);
        this.onAnswer(body);
      }
    } catch (problem) {
      if (problem.name !== "AbortError") this.onOffline();
    }
  }

  /** Replace what lies between the common start and the common end of the old and new blocks. */
  show(blocks) {
    const old = this.shown;
    let start = 0;
    while (start < old.length && start < blocks.length && old[start].html === blocks[start].html) start += 1;
    let end = 0;
    while (
      end < old.length - start &&
      end < blocks.length - start &&
      old[old.length - 1 - end].html === blocks[blocks.length - 1 - end].html
    )
      end += 1;
    const next = blocks.map((block, index) => {
      if (index < start) return { ...block, node: old[index].node };
      if (index >= blocks.length - end) return { ...block, node: old[old.length - blocks.length + index].node };
      const node = document.createElement("div");
      node.innerHTML = block.html; // made and cleaned by the server; the page's policy allows no inline script
      return { ...block, node };
    });
    for (const { node } of old.slice(start, old.length - end)) node.remove();
    let before = start > 0 ? next[start - 1].node.nextSibling : this.target.firstChild;
    for (const { node } of next.slice(start, blocks.length - end)) this.target.insertBefore(node, before);
    this.shown = next;
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
