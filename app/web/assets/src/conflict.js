// The page of a conflict: keeps each choice as it is made, shows the result in its pane, and takes choices back.
import { startSettling } from "./conflict/start.js";

const form = document.querySelector("form[data-conflict]");
if (form?.querySelector("[data-place] input")) startSettling(form);
