// Markdown to blocks of HTML, by the rules of specs/markdown.py: raw HTML is shown as text, links lead to http, https,
// mailto or relative addresses, images from elsewhere become their words. The server's answer, which follows, is what readers see.
import MarkdownIt from "markdown-it";

const SCHEMES = new Set(["http", "https", "mailto"]);
const ANCHOR = /(^|[^\\])\{#[^{}\n]*\}[ \t]*$/;
const FRONT = /^\ufeff?---[ \t]*\n(?:[\s\S]*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)/;
const INVARIANT = /^ya?ml[ \t]+invariant\b/;

const IMAGE = /^(?:[\w.-]+\/)*images\/[0-9a-f]{32}\.(?:png|jpg|gif|webp)$/;

const md = new MarkdownIt({ html: true, maxNesting: 32 });
const { escapeHtml } = md.utils;

md.validateLink = (url) => {
  const [scheme, ...rest] = url.split(/[/?#]/, 1)[0].split(":");
  return rest.length === 0 || SCHEMES.has(scheme.toLowerCase());
};
md.core.ruler.after("block", "anchors", (state) => {
  state.tokens.forEach((token, at) => {
    if (token.type === "inline" && state.tokens[at - 1].type === "heading_open") {
      token.content = token.content.replace(ANCHOR, "$1").trimEnd();
    }
  });
});
md.core.ruler.push("aligned", (state) => {
  for (const token of state.tokens) {
    if (token.type !== "th_open" && token.type !== "td_open") continue;
    const style = token.attrGet("style");
    if (style) token.attrs = [["class", style.replace("text-align:", "align-")]];
  }
});
Object.assign(md.renderer.rules, {
  html_block: (tokens, at) => `<pre class="raw-html">${escapeHtml(tokens[at].content)}</pre>\n`,
  html_inline: (tokens, at) => escapeHtml(tokens[at].content),
  image: (tokens, at, options, env, self) => {
    const src = tokens[at].attrGet("src") ?? "";
    const alt = self.renderInlineAsText(tokens[at].children ?? [], options, env);
    if (IMAGE.test(src)) return `<img src="${escapeHtml(src)}" alt="${escapeHtml(alt)}">`;
    const words = alt.trim();
    return words ? `<span class="no-image">[image: ${escapeHtml(words)}]</span>` : "";
  },
});

/** The front matter with which a text begins; "" for none. */
export const front = (text) => text.match(FRONT)?.[0] ?? "";

/** Give the top-level blocks of a text: HTML, first line (from 1), and whether it is an invariant. */
export function render(text) {
  const head = front(text);
  return read(text.slice(head.length), {}, head.split("\n").length - 1);
}

/** Give the blocks of Markdown that stands below so many lines; `env` has the link definitions, and keeps new ones. */
export function read(text, env, before) {
  const tokens = md.parse(text, env);
  const blocks = [];
  let start = 0;
  let depth = 0;
  tokens.forEach((token, at) => {
    depth += token.nesting;
    if (depth > 0) return;
    const part = tokens.slice(start, at + 1);
    start = at + 1;
    const line = before + (part[0].map?.[0] ?? 0) + 1;
    const invariant = part[0].type === "fence" && INVARIANT.test(part[0].info.trim());
    blocks.push({ html: md.renderer.render(part, md.options, env), line, invariant });
  });
  return blocks;
}
