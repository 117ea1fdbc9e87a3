import cytoscape from "cytoscape";
import { announce } from "../app/dom.js";
import { looks } from "./looks.js";
import { panelOf } from "./panel.js";

const CAME_BY_KEY = "holdfast.graph.key";
const STEP = 1.25;

function elements(data) {
  const nodes = data.parts.map((part) => ({
    data: part,
    position: { x: part.x, y: part.y },
    classes: part.look,
  }));
  const rows = Object.fromEntries(data.parts.map((part) => [part.id, part.y]));
  // An arrow to nowhere would be an error to the library, and the whole picture lost.
  const drawn = data.arrows.filter((arrow) => arrow.from in rows && arrow.to in rows);
  const edges = drawn.map((arrow, at) => ({
    data: { ...arrow, id: `arrow ${at}`, source: arrow.from, target: arrow.to },
    classes: `${arrow.look}${rows[arrow.from] === rows[arrow.to] ? " flat" : ""}`,
  }));
  const bands = data.bands.map((band, at) => ({
    data: { id: `band ${at}`, label: band.label },
    position: { x: -80, y: band.y + 23 },
    classes: "band",
    selectable: false,
  }));
  return [...nodes, ...edges, ...bands];
}

/** The nearest part in a direction: what lies ahead, and rather straight than aside. */
function nearest(graph, from, [dx, dy]) {
  let best = null;
  let least = Infinity;
  graph.nodes().not(".band").forEach((node) => {
    const x = node.position("x") - from.position("x");
    const y = node.position("y") - from.position("y");
    const ahead = x * dx + y * dy;
    if (ahead <= 1) return;
    const cost = ahead + 2.5 * Math.abs(x * dy + y * dx);
    if (cost < least) [best, least] = [node, cost];
  });
  return best;
}

function words(part) {
  const broken = part.breaks ? `, ${part.breaks} broken imports` : "";
  return `${part.label}, ${part.said}, ${part.lines} lines${broken}${part.href ? ". Enter opens it" : ""}`;
}

export function startGraph(data) {
  const place = document.getElementById("graph");
  const figure = document.getElementById("graph-figure");
  if (!place || !figure) return;
  place.hidden = false;
  figure.hidden = true;
  for (const keys of document.querySelectorAll(".graph-keys")) keys.hidden = false;
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", "Graph of modules. Arrow keys walk, Enter opens a part, Backspace goes up. The tables below say the same.");
  const graph = cytoscape({
    container: place,
    elements: elements(data),
    layout: { name: "preset" },
    style: looks(),
    minZoom: 0.15,
    maxZoom: 3,
    autoungrabify: true,
    boxSelectionEnabled: false,
    wheelSensitivity: 0.4,
  });
  const fit = () => {
    const box = graph.elements().boundingBox();
    const scale = Math.min(1.15, place.clientWidth / (box.w + 48));
    place.style.height = `${Math.round(Math.min(innerHeight * 0.72, Math.max(260, (box.h + 48) * scale)))}px`;
    graph.resize();
    graph.fit(undefined, 24);
    if (graph.zoom() > 1.15) graph.zoom({ level: 1.15, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } });
    if (graph.zoom() > 1.1) graph.center();
  };
  fit();
  addEventListener("resize", fit);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(looks()));
  new MutationObserver(() => graph.style(looks())).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const panel = panelOf(document.getElementById("graph-panel"));

  function open(node, byKey = false) {
    if (!node?.data("href")) return;
    if (byKey) sessionStorage.setItem(CAME_BY_KEY, "yes");
    location.assign(node.data("href"));
  }

  function choose(node) {
    graph.elements().unselect().removeClass("near");
    node.select();
    node.connectedEdges().addClass("near");
    panel.part(node.data(), node.connectedEdges().map((edge) => edge.data()));
    announce(words(node.data()));
  }

  graph.on("tap", "node", (event) => !event.target.hasClass("band") && choose(event.target));
  graph.on("dbltap", "node", (event) => open(event.target));
  graph.on("tap", "edge", (event) => {
    graph.elements().unselect().removeClass("near");
    event.target.select();
    panel.arrow(event.target.data());
  });
  graph.on("tap", (event) => {
    if (event.target !== graph) return;
    graph.elements().removeClass("near");
    panel.close();
  });

  const ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = graph.$("node:selected").first();
    const middle = { x: place.clientWidth / 2, y: place.clientHeight / 2 };
    if (ways[event.key]) {
      const next = here.nonempty() ? nearest(graph, here, ways[event.key]) : graph.nodes().not(".band").first();
      if (next) choose(next);
      if (next && graph.zoom() > 0.9) graph.center(next);
    } else if (event.key === "Enter") open(here.nonempty() ? here : null, true);
    else if (event.key === "Backspace" && data.up) {
      sessionStorage.setItem(CAME_BY_KEY, "yes");
      location.assign(data.up);
    } else if (event.key === "Escape") {
      graph.elements().unselect().removeClass("near");
      panel.close();
    } else if (event.key === "+" || event.key === "=") graph.zoom({ level: graph.zoom() * STEP, renderedPosition: middle });
    else if (event.key === "-") graph.zoom({ level: graph.zoom() / STEP, renderedPosition: middle });
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  if (sessionStorage.getItem(CAME_BY_KEY)) {
    sessionStorage.removeItem(CAME_BY_KEY);
    place.focus();
  }
  place.dataset.ready = "yes";
  place.holdfastGraph = graph;
}
