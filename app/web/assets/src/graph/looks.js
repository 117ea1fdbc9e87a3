/** What a colour of the theme is now: a canvas knows no custom properties. */
function colour(name) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** The style of the graph, in the colours of the theme. */
export function looks() {
  const [ink, soft, faint, line, paper, second, kelp, wash, coral, amber] = [
    "ink", "ink-soft", "ink-faint", "line-2", "paper", "paper-2", "kelp", "kelp-wash", "coral", "amber",
  ].map(colour);
  const font = getComputedStyle(document.body).fontFamily;
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: "data(width)",
        height: "data(height)",
        "background-color": paper,
        "border-color": line,
        "border-width": 1,
        label: (node) => (node.hasClass("band") ? node.data("label") : `${node.data("label")}\n${node.data("said")}`),
        "text-wrap": "wrap",
        "text-valign": "center",
        "font-family": font,
        "font-size": 12,
        "line-height": 1.35,
        color: ink,
      },
    },
    { selector: "node.package", style: { "background-color": wash, "border-color": kelp } },
    { selector: "node.outside, node.external, node.rest", style: { "background-color": second, "border-style": "dashed" } },
    { selector: "node.broken", style: { "border-color": coral, "border-width": 1.5 } },
    { selector: "node.warned", style: { "border-color": amber, "border-width": 1.5 } },
    {
      selector: "node.band",
      style: { width: 1, height: 1, "background-opacity": 0, "border-width": 0, color: soft, "font-size": 11, "text-max-width": 150, events: "no" },
    },
    { selector: "node:selected", style: { "border-color": kelp, "border-width": 3 } },
    {
      selector: "edge",
      style: {
        width: 1.2,
        "line-color": faint,
        "line-opacity": 0.5,
        "target-arrow-color": faint,
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        "curve-style": "bezier",
      },
    },
    {
      selector: "edge.flat",
      style: {
        "curve-style": "unbundled-bezier",
        "control-point-weights": 0.5,
        "control-point-distances": (edge) => 30 + 0.13 * Math.abs(edge.source().position("x") - edge.target().position("x")),
      },
    },
    { selector: "edge.error", style: { width: 2.2, "line-color": coral, "target-arrow-color": coral, "line-opacity": 1, "z-index": 9 } },
    {
      selector: "edge.warning",
      style: { width: 2.2, "line-color": amber, "target-arrow-color": amber, "line-opacity": 1, "line-style": "dashed", "z-index": 8 },
    },
    { selector: "edge.near, edge:selected", style: { width: 3, "line-opacity": 1 } },
    { selector: "edge.plain.near, edge.plain:selected", style: { "line-color": ink, "target-arrow-color": ink } },
  ];
}
