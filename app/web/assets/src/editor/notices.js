// What the page tells above the text: one note for each thing, with what can be done about it.
import { ago } from "../app/dates.js";
import { h } from "../app/dom.js";

export class Notices {
  constructor(node) {
    this.node = node;
  }

  clear() {
    this.node.replaceChildren();
  }

  /** Add a note; with a `name` it takes the place of the one before of that name. */
  say(tone, title, words, acts = [], name = "") {
    if (name) this.drop(name);
    const close = h("button.button.quiet", { type: "button", onclick: () => note.remove() }, "Dismiss");
    const note = h(`div.note.${tone}`, { role: "status", "data-name": name || null }, h("span.grow", {}, h("strong", {}, title), words), ...acts, close);
    this.node.append(note);
    return note;
  }

  drop(name) {
    this.node.querySelector(`[data-name="${CSS.escape(name)}"]`)?.remove();
  }

  /** Offer the drafts that earlier loads of the page left. `take` puts one in, `drop` throws it away. */
  offer(found, { base, take, drop }) {
    for (const draft of found) {
      const older = draft.base !== base ? " It was begun on an older revision: saving it puts both together, or shows both texts." : "";
      const words = draft.text.split(/\s+/).filter(Boolean).length;
      const acts = [
        h("button.button", { type: "button", onclick: () => (note.remove(), take(draft)) }, "Restore"),
        h("button.button.danger", { type: "button", onclick: () => (note.remove(), drop(draft)) }, "Throw away"),
      ];
      const note = this.say("wait", "You have unsaved text", `${words} words, written here ${ago(new Date(draft.at))}.${older} It stays kept until you choose.`, acts);
    }
  }

  /** Say that the head moved, with the difference a press away, here on the page. */
  moved({ who, at, diff }) {
    const shown = h("div.inline-diff", { hidden: true, tabindex: "0", "aria-label": "What changed in the spec" });
    const show = async () => {
      shown.hidden = !shown.hidden;
      button.setAttribute("aria-expanded", String(!shown.hidden));
      if (shown.hidden || shown.firstChild) return;
      const answer = await fetch(diff).catch(() => null);
      const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      const found = page?.querySelectorAll("main .diff") ?? [];
      shown.replaceChildren(...(found.length ? [...found].map((one) => document.adoptNode(one)) : [h("p", {}, "The difference cannot be shown now.")]));
    };
    const button = h("button.button", { type: "button", "aria-expanded": "false", onclick: show }, "Show the difference");
    const apart = h("a.button.quiet", { href: diff, target: "_blank", rel: "noopener" }, "In a new tab");
    const words = `${who} saved this spec ${ago(new Date(at))}. Nothing of yours is lost: saving puts both together, or shows both texts.`;
    this.say("wait", "Out of date", words, [button, apart], "moved").append(shown);
  }
}
