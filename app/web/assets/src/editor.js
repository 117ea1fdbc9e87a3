// The editor: an instrument put over a form that works without it.
import { startEditor } from "./editor/start.js";

const form = document.querySelector("form[data-editor]");
if (form) startEditor(form);

