// Filter by typing. The words are kept in the address, so that the view can be sent to someone.
/** Show the rows that hold every word, count them, and say when none is left. */
function apply(input) {
  const list = document.getElementById(input.dataset.filter);
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of list.querySelectorAll("[data-row]")) {
    const text = row.textContent.toLowerCase();
    row.hidden = !wanted.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  const none = document.getElementById(`${input.dataset.filter}-none`);
  if (none) none.hidden = shown > 0;
}

export function startLists(root) {
  for (const input of root.querySelectorAll("input[data-filter]")) {
    if (input.dataset.started) continue;
    input.dataset.started = "yes";
    const name = input.name || "q";
    // What is typed already is the newer wish.
    if (input.value === input.defaultValue) input.value = new URL(location.href).searchParams.get(name) ?? input.value;
    input.addEventListener("input", () => {
      apply(input);
      const url = new URL(location.href);
      if (input.value) url.searchParams.set(name, input.value);
      else url.searchParams.delete(name);
      history.replaceState(history.state, "", url);
    });
    if (input.value) apply(input);
  }
}
