// The outline beside the text: its sections, the one at the caret marked, a press goes there.
import { h } from "../app/dom.js";
import { goTo } from "./problems.js";

const KEPT = "holdfast.outline";

export class Outline {
  constructor({ view, form, nav, button }) {
    Object.assign(this, { view, form, nav, button });
    this.sections = [];
    button.addEventListener("click", () => this.toggle());
    let shown = false;
    try {
      shown = localStorage.getItem(KEPT) === "yes" && matchMedia("(min-width: 901px)").matches;
    } catch {
      // Nothing is kept then.
    }
    this.show(shown);
  }

  get open() {
    return !this.nav.hidden;
  }

  show(open) {
    this.nav.hidden = !open;
    this.form.classList.toggle("outlined", open);
    this.button.setAttribute("aria-expanded", String(open));
  }

  /** Open it with the focus in it, or close it. */
  toggle() {
    this.show(!this.open);
    try {
      localStorage.setItem(KEPT, this.open ? "yes" : "no");
    } catch {
      // It opens as usual next time.
    }
    if (this.open) (this.nav.querySelector("[aria-current]") ?? this.nav.querySelector("button"))?.focus();
    else this.view.focus();
  }

  /** Take in the sections of the text as the server read it. */
  set(sections) {
    this.sections = sections;
    const least = Math.min(6, ...sections.map(({ level }) => level));
    this.rows = sections.map((one) =>
      h(`button.level-${Math.min(4, one.level - least + 1)}`, { type: "button", onclick: () => this.go(one.line) }, one.title || `#${one.anchor}`),
    );
    this.nav.replaceChildren(h("h2", {}, "Outline"), ...(this.rows.length ? this.rows : [h("p.soft", {}, "No headings yet")]));
    this.mark();
  }

  go(line) {
    if (matchMedia("(max-width: 900px)").matches) this.show(false);
    goTo(this.view, this.view.state.doc.line(Math.min(line, this.view.state.doc.lines)).from);
  }

  /** Mark the section in which the caret stands. */
  mark() {
    const now = this.view.state.doc.lineAt(this.view.state.selection.main.head).number;
    const at = this.sections.findLastIndex(({ line }) => line <= now);
    if (at === this.marked && this.rows?.[at]?.hasAttribute("aria-current")) return;
    this.rows?.forEach((row, index) => (index === at ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")));
    this.marked = at;
    if (this.open) this.rows?.[at]?.scrollIntoView({ block: "nearest" });
  }
}
