// The graph of modules as an instrument: the picture that the page shows, to walk through, enlarge and ask.
// Places and addresses come with the page; nothing here decides what is drawn.
import { startFinder } from "./graph/finder.js";
import { startGraph } from "./graph/walk.js";

const data = document.getElementById("graph-data");
if (data) startGraph(JSON.parse(data.textContent));
startFinder(document.querySelector("input[data-names]"));
