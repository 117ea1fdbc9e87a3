// What is typed into a form that sends many words at once is kept here until it was sent: a reload or a lost connection
// loses nothing. The form names itself in data-draft; what is kept is dropped once a page came back without a refusal.
const PREFIX = "holdfast.draft.";

function fields(form) {
  return [...form.querySelectorAll("textarea[name]")];
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function write(key, values) {
  try {
    if (Object.keys(values).length) localStorage.setItem(key, JSON.stringify(values));
    else localStorage.removeItem(key);
  } catch {
    // No storage: the words are kept as long as the page is open.
  }
}

function tell(form) {
  const note = form.querySelector("[data-drafted]");
  if (!note) return;
  const said = fields(form).filter((one) => one.name.startsWith("say-") && one.value.trim()).length;
  note.hidden = said === 0;
  note.textContent = `${said} comment${said === 1 ? "" : "s"} drafted, sent together with what you press here. Kept in this browser until then.`;
}

export function startDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    const sent = `${key}.sent`;
    if (read(sent).yes && !document.querySelector("[role=alert]")) write(key, {});
    write(sent, {});
    const kept = read(key);
    for (const field of fields(form)) {
      if (!kept[field.name] || field.value.trim()) continue;
      field.value = kept[field.name];
      const folded = field.closest("details");
      if (folded) folded.open = true;
    }
    tell(form);
    form.addEventListener("input", () => {
      const values = fields(form).filter((one) => one.value.trim());
      write(key, Object.fromEntries(values.map((one) => [one.name, one.value])));
      tell(form);
    });
    form.addEventListener("submit", () => write(sent, { yes: true }));
  }
}
