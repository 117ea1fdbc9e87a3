// What every page may use. Reading needs none of it: each part improves markup that already works.
import "htmx.org";
import { startAuthors } from "./app/authors.js";
import { startBusy } from "./app/busy.js";
import { startCopy } from "./app/copy.js";
import { sayZone, startDates } from "./app/dates.js";
import { startDiagrams } from "./app/diagrams.js";
import { announce } from "./app/dom.js";
import { startDrafts } from "./app/drafts.js";
import { startKeys } from "./app/keys.js";
import { startLists } from "./app/lists.js";
import { startMany } from "./app/many.js";
import { startMenus } from "./app/menus.js";
import { startOutline } from "./app/outline.js";
import { startSwitcher } from "./app/switcher.js";
import { startTheme } from "./app/theme.js";

startTheme();
sayZone();
startDates(document);
startDiagrams();
startMenus();
startBusy();
startCopy();
startLists(document);
startOutline();
startSwitcher();
startKeys();
startMany(document);
startAuthors();
startDrafts(document);
document.addEventListener("htmx:afterSwap", (event) => {
  startDates(event.target);
  startLists(document);
});
document.addEventListener("htmx:sendError", () => announce("No connection: what you see is as it was. Try again."));
document.addEventListener("htmx:responseError", () => announce("The server could not answer: what you see is as it was."));
