// The outline marks the section that is being read.
/** Unfold what the address names, where it is folded. */
function unfold() {
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) {
    named.open = true;
    named.scrollIntoView();
  }
}

export function startOutline() {
  unfold();
  addEventListener("hashchange", unfold);
  if (matchMedia("(max-width: 900px)").matches) {
    for (const folded of document.querySelectorAll("details[data-wide-open]")) folded.open = false;
  }
  const links = new Map();
  for (const link of document.querySelectorAll(".outline a[href^='#']")) {
    const heading = document.getElementById(link.getAttribute("href").slice(1));
    if (heading) links.set(heading, link);
  }
  if (!links.size) return;
  let current = null;
  const mark = () => {
    let last = null;
    for (const heading of links.keys()) if (heading.getBoundingClientRect().top < 140) last = heading;
    if (last === current) return;
    if (current) links.get(current).removeAttribute("aria-current");
    if (last) links.get(last).setAttribute("aria-current", "true");
    current = last;
  };
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    },
    { passive: true },
  );
  mark();
}
