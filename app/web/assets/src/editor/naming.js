// A new spec's file is named by its title until somebody names it otherwise.

/** Give the path for a title, in the folder of the path before it: "Refunds & fees" is refunds-fees.md. */
export function pathOf(title, before = "") {
  const name = title.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().match(/[\p{L}\p{N}]+/gu)?.join("-") ?? "";
  return name && `${before.slice(0, before.lastIndexOf("/") + 1)}${name.slice(0, 80)}.md`;
}

/** Follow the title of the text; `draw` is called with each text, and writes into the field. */
export function startNaming(field, first) {
  const title = (text) => text.match(/^# (.+?)(?: \{#[^}]*\})?$/m)?.[1] ?? "";
  let given = field.value;
  let last = title(first);
  return (text) => {
    const now = title(text);
    if (now === last || (field.value && field.value !== given)) return;
    last = now;
    given = field.value = pathOf(now);
  };
}
