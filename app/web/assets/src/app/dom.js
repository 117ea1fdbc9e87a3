/** Make an element: `h("p.soft", {title: "x"}, "text", child)`. Text is always set as text, never as markup. */
export function h(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Whether a key press belongs to a field in which a person is typing. */
export function isTyping(event) {
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)) return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Say something to everyone, screen readers included; it leaves by itself. */
export function announce(words) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = words;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => (live.textContent = ""), 3000);
}

/** A person by name; an agent or the system with its kind beside it. */
export function named(actor) {
  return actor.kind === "human" ? actor.name : `${actor.name} (${actor.kind})`;
}
