// The graph of modules as an instrument: the picture that the page shows, to walk through, enlarge and ask.
// Places and addresses come with the page; nothing here decides what is drawn.
import { startFinder } from "./graph/finder.js";
import { startGraph } from "./graph/walk.js";

const data = document.getElementById("graph-data");
// In the system's own colours the picture of the page stays: a canvas would not follow them.
if (data && !matchMedia("(forced-colors: active)").matches) startGraph(JSON.parse(data.textContent));
startFinder(document.querySelector("input[data-names]"));
