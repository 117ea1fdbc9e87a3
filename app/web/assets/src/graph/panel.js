import { h } from "../app/dom.js";

const MOST = 12;

function count(number, one) {
  return `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
}

function list(title, arrows, end) {
  if (!arrows.length) return null;
  const shown = [...arrows].sort((a, b) => b.broken.length - a.broken.length || b.count - a.count).slice(0, MOST);
  const rows = shown.map((arrow) =>
    h("li", {}, h("a.mono", { href: arrow.href }, arrow[end].replace(/^\0rest$/, "the rest")), ` ${arrow.count}`, arrow.broken.length ? ` ◆ ${arrow.broken.join(", ")}` : null),
  );
  return h("div", {}, h("h3", {}, title), h("ul", {}, ...rows), arrows.length > MOST ? h("p.soft", {}, `and ${arrows.length - MOST} more`) : null);
}

/** The panel beside the graph: what a part is, or which imports an arrow stands for. */
export function panelOf(place) {
  let asked = 0;
  const show = (...children) => {
    const close = h("button.button.quiet", { type: "button", onclick: () => (place.hidden = true) }, "Close");
    place.replaceChildren(...children.filter(Boolean), close);
    place.hidden = false;
  };
  return {
    close: () => (place.hidden = true),
    part(part, arrows) {
      asked += 1;
      show(
        h("h2", {}, part.label),
        h("p.soft", {}, `${part.said}, ${count(part.lines, "line")}`),
        part.href ? h("p", {}, h("a", { href: part.href }, "Open")) : null,
        list("Imports", arrows.filter((arrow) => arrow.from === part.id), "to"),
        list("Imported by", arrows.filter((arrow) => arrow.to === part.id), "from"),
      );
    },
    async arrow(arrow) {
      const mine = ++asked;
      const title = h("h2", {}, `${arrow.from} → ${arrow.to}`.replaceAll("\0rest", "the rest"));
      show(title, h("p.soft", {}, count(arrow.count, "import")));
      try {
        const answer = await fetch(arrow.href);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.getElementById("arrow");
        if (mine === asked && found) show(title, document.adoptNode(found), h("p", {}, h("a", { href: arrow.href }, "On a page of its own")));
      } catch {
        if (mine === asked) show(title, h("p", {}, "The server does not answer now."));
      }
    },
  };
}
