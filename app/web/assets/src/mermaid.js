// Draws diagrams inside a sandboxed frame without an origin: text in, a picture's source out. Loaded where a page has one.
import mermaid from "mermaid";

const MOST_TEXT = 20_000;
const MOST_EDGES = 500;

/** Give the picture a size of its own: as an image it has no page to take one from. */
function sized(svg) {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const box = (root.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  const [width, height] = [Math.ceil(box[2]) || 600, Math.ceil(box[3]) || 300];
  root.setAttribute("width", width);
  root.setAttribute("height", height);
  root.removeAttribute("style");
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

function begin(colours) {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    secure: ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "suppressErrorRendering", "htmlLabels", "themeCSS", "fontFamily"],
    maxTextSize: MOST_TEXT,
    maxEdges: MOST_EDGES,
    suppressErrorRendering: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false, useMaxWidth: false },
    fontFamily: "system-ui, 'DejaVu Sans', sans-serif",
    theme: "base",
    themeVariables: colours,
    deterministicIds: true,
  });
}

let number = 0;
addEventListener("message", async ({ data, source }) => {
  if (source !== parent || typeof data?.text !== "string") return;
  const { id, text, colours } = data;
  try {
    begin(colours);
    number += 1;
    const { svg } = await mermaid.render(`drawn-${number}`, text);
    parent.postMessage({ id, ...sized(svg) }, "*");
  } catch (problem) {
    parent.postMessage({ id, problem: String(problem?.message ?? problem).slice(0, 600) }, "*");
  }
});
parent.postMessage({ ready: true }, "*");
