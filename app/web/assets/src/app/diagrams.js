// Diagrams: each Mermaid fence becomes an image, drawn in a frame that has no origin, no network and no cookie. Its source
// stays below it; without a script, or where it cannot be drawn, the source is all there is.
import { h } from "./dom.js";

const PATIENCE = 15_000;
const LARGEST = 2_000_000;
const NAMES = {
  background: "--paper", primaryColor: "--paper-2", primaryTextColor: "--ink", primaryBorderColor: "--ink-soft",
  secondaryColor: "--kelp-wash", tertiaryColor: "--slate-wash", lineColor: "--ink-soft", textColor: "--ink",
  noteBkgColor: "--amber-wash", noteTextColor: "--ink", noteBorderColor: "--amber", titleColor: "--ink",
  edgeLabelBackground: "--paper", clusterBkg: "--paper-2", clusterBorder: "--line-2",
};

let frame = null;
let ready = null;
let number = 0;
const waiting = new Map();
const known = new Map();

/** What a custom property comes to, as a colour that libraries read. */
function colours() {
  const probe = h("span", { hidden: true });
  document.body.append(probe);
  const found = {};
  for (const [name, property] of Object.entries(NAMES)) {
    probe.style.color = `var(${property})`;
    const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
    found[name] = `#${[r, g, b].map((one) => Math.round(one).toString(16).padStart(2, "0")).join("")}`;
  }
  probe.remove();
  return { ...found, darkMode: matchMedia("(prefers-color-scheme: dark)").matches };
}

function open() {
  if (frame) return ready;
  frame = h("iframe", { sandbox: "allow-scripts", src: "/diagrams", title: "Draws diagrams", class: "drawing-room", "aria-hidden": "true", tabindex: "-1" });
  ready = new Promise((resolve) => {
    addEventListener("message", ({ source, data }) => {
      if (!frame || source !== frame.contentWindow) return;
      if (data?.ready) return resolve();
      const answer = waiting.get(data?.id);
      waiting.delete(data?.id);
      answer?.(data);
    });
  });
  document.body.append(frame);
  return ready;
}

function close() {
  frame?.remove();
  frame = null;
  for (const answer of waiting.values()) answer({ problem: "It takes too long." });
  waiting.clear();
}

async function draw(text) {
  const scheme = colours();
  const key = JSON.stringify([text, scheme]);
  if (known.has(key)) return known.get(key);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const answered = open().then(() => {
    number += 1;
    const id = number;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      frame?.contentWindow.postMessage({ id, text, colours: scheme }, "*");
    });
  });
  const answer = await Promise.race([answered, late]);
  if (answer === null) {
    close();
    return { problem: "It takes too long to draw." };
  }
  known.set(key, answer);
  return answer;
}

/** What a diagram says to those who do not see it: its kind and its words. */
function described(text) {
  const words = text.replace(/^%%.*$/gm, "").match(/[\p{L}\p{N}][\p{L}\p{N} ,.'-]*/gu) ?? [];
  return `Diagram: ${words.map((word) => word.trim()).filter(Boolean).join(", ").slice(0, 300)}`;
}

async function show(code, last, pause) {
  const pre = code.parentElement;
  const text = code.textContent;
  if (!pre || pre.dataset.drawn === text) return;
  pre.dataset.drawn = text;
  if (last) {
    const source = h("details", {}, h("summary", {}, "As written"));
    pre.replaceWith(h("figure.diagram.in-work", {}, last.cloneNode(), source));
    source.append(pre);
  }
  // While a diagram is typed, each letter makes another: the one that stays is drawn.
  if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
  if (pause && !pre.isConnected) return;
  const drawn = await draw(text);
  if (!pre.isConnected) return;
  const before = pre.closest("figure.diagram");
  const figure = h(`figure.diagram${drawn.svg ? "" : ".broken"}`);
  (before ?? pre).replaceWith(figure);
  if (drawn.svg && drawn.svg.length < LARGEST) {
    const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn.svg)}`;
    figure.append(h("img", { src, alt: described(text), width: String(drawn.width), height: String(drawn.height) }));
    figure.append(h("details", {}, h("summary", {}, "As written"), pre));
  } else {
    figure.append(h("p.mark.warn", { role: "note" }, `▲ This diagram cannot be drawn: ${(drawn.problem ?? "it is too large").split("\n")[0]}`), pre);
  }
}

/** Draw the diagrams below a node; until that is done `last` is shown, the picture of what stood there before. */
export function drawDiagrams(root, last = null, pause = 0) {
  for (const code of root.querySelectorAll("pre > code.language-mermaid")) show(code, last, pause);
}

export function startDiagrams() {
  drawDiagrams(document);
  const again = () => {
    for (const code of document.querySelectorAll("figure.diagram pre > code")) {
      delete code.parentElement.dataset.drawn;
      show(code);
    }
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
