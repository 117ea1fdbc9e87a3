// The blocks of the preview as nodes of the page. What a browser renders quickly comes first; what the server says of the
// same block takes its place and is remembered, so that typing elsewhere does not bring the quick form back.
import { drawDiagrams } from "../app/diagrams.js";
import { h } from "../app/dom.js";

const TAGS = new Set(
  "a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr img li ol p pre s span strong table tbody td th thead tr ul".split(" "),
);
const KEPT = { a: ["href", "title"], code: ["class"], img: ["src", "alt"], pre: ["class"], ol: ["start"], span: ["class"], td: ["class"], th: ["class"] };
const IMAGE = /^(?:[\w.-]+\/)*images\/([0-9a-f]{32}\.(?:png|jpg|gif|webp))$/;
const REMEMBERED = 4000;
const DRAW_PAUSE = 250;

/** Make a node of quickly rendered HTML. It is escaped already; whatever is not on the list is dropped all the same. */
function inert(html, images) {
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  for (const node of parsed.querySelectorAll("*")) {
    const name = node.localName;
    if (!TAGS.has(name)) node.replaceWith(node.textContent);
    else for (const { name: key } of [...node.attributes]) if (!KEPT[name]?.includes(key)) node.removeAttribute(key);
  }
  for (const image of parsed.querySelectorAll("img")) {
    const [, name] = image.getAttribute("src").match(IMAGE) ?? [];
    if (name) image.setAttribute("src", `${images}/${name}`);
    else image.remove();
  }
  for (const link of parsed.querySelectorAll("a")) link.rel = "noopener noreferrer nofollow";
  return spaced(h("div", {}, ...parsed.childNodes));
}

function trusted(html) {
  const node = document.createElement("div");
  node.innerHTML = html; // made and cleaned by the server; the page's policy allows no inline script
  return spaced(node);
}

/** Mark a block that begins a section. A selector that looks inside blocks would be asked of all of them at each key. */
function spaced(node) {
  node.classList.toggle("headed", /^H[23]$/.test(node.firstElementChild?.tagName ?? ""));
  return node;
}

export class Blocks {
  constructor(target, images) {
    this.target = target;
    this.images = images;
    this.rows = [];
    this.known = new Map();
  }

  /** Replace `removed` blocks from `start` on by those of `added`; `lines` are the first lines of all blocks then. */
  change({ start, removed, added, lines }) {
    const gone = this.rows.slice(start, start + removed);
    const fresh = added.map((block, at) => this.made(block, gone[at]));
    for (const { node } of gone) if (!fresh.some((row) => row.node === node)) node.remove();
    let after = start > 0 ? this.rows[start - 1].node : null;
    for (const { node } of fresh) {
      const before = after ? after.nextSibling : this.target.firstChild;
      if (before !== node) this.target.insertBefore(node, before);
      after = node;
    }
    this.rows.splice(start, removed, ...fresh);
    this.rows.forEach((row, at) => (row.line = lines[at]));
  }

  /** Make a row: in the server's words where they are known; an invariant in work keeps its panel until they are. */
  made(block, old) {
    const said = this.known.get(block.html);
    const made = (html, node) => {
      drawDiagrams(node, old?.node.querySelector("figure.diagram > img"), DRAW_PAUSE);
      return { quick: block.html, html, node };
    };
    if (said !== undefined) return made(said, trusted(said));
    if (block.invariant && old?.node.querySelector(".invariant")) {
      old.node.classList.add("in-work");
      return { quick: block.html, html: undefined, node: old.node };
    }
    return made(undefined, inert(block.html, this.images));
  }

  /** Take in what the server said of the text that is shown now. */
  confirm(blocks) {
    if (blocks.length !== this.rows.length) return this.replace(blocks);
    if (this.known.size > REMEMBERED) this.known.clear();
    blocks.forEach(({ html, line }, at) => {
      const row = this.rows[at];
      this.known.set(row.quick, html);
      row.line = line;
      if (row.html === html) return;
      const node = trusted(html);
      drawDiagrams(node, row.node.querySelector("figure.diagram > img"));
      row.node.replaceWith(node);
      Object.assign(row, { html, node });
    });
  }

  /** Show the server's blocks alone: it cut the text otherwise. The next change begins anew. */
  replace(blocks) {
    this.rows = blocks.map(({ html, line }) => ({ quick: undefined, html, line, node: trusted(html) }));
    for (const { node } of this.rows) drawDiagrams(node);
    this.target.replaceChildren(...this.rows.map((row) => row.node));
    this.parted = true;
  }
}
