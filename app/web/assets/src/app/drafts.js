// What is typed into a form that sends many words at once is kept here until it was sent: a reload or a lost connection
// loses nothing. The form names itself in data-draft; what is kept is dropped once a page came back without a refusal.
const PREFIX = "holdfast.draft.";
const SENT = ".sent";

function fields(form) {
  return [...form.elements].filter((one) => one.name && /^(TEXTAREA|SELECT)$/.test(one.tagName));
}

/** What a field held as the page came. */
function given(field) {
  if (field.tagName === "TEXTAREA") return field.defaultValue;
  return ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value;
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

/**
 * Drop what was sent and taken; the form that it was typed into may be gone by now. A form that was taken leads on to
 * another page. A page that was not led to says nothing of the kind: the way there was lost, or it tells of a refusal.
 */
function settle() {
  const [way] = performance.getEntriesByType("navigation");
  const taken = way?.redirectCount > 0 && document.body.dataset.places && !document.querySelector("[role=alert]");
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX) || !key.endsWith(SENT)) continue;
      if (taken) localStorage.removeItem(key.slice(0, -SENT.length));
      localStorage.removeItem(key);
    }
  } catch {
    // No storage: nothing was kept.
  }
}

function tell(form) {
  const note = form.querySelector("[data-drafted]");
  if (!note) return;
  const said = fields(form).filter((one) => one.name.startsWith("say-") && one.value.trim()).length;
  note.hidden = said === 0;
  note.textContent = `${said} comment${said === 1 ? "" : "s"} drafted, sent together with what you press here. Kept in this browser until then.`;
}

function start(form) {
  const key = PREFIX + form.dataset.draft;
  const kept = read(key);
  for (const field of fields(form)) {
    // Words that the server gave back, or that were typed before this script was there, are the newer ones.
    const filled = field.tagName === "TEXTAREA" && field.value.trim() && !("given" in field.dataset);
    if (!kept[field.name] || field.value !== given(field) || filled) continue;
    field.value = kept[field.name];
    const folded = field.closest("details");
    if (folded && field.tagName === "TEXTAREA") folded.open = true;
  }
  const keep = () => {
    const plain = (one) => one.value === given(one) && (one.tagName === "SELECT" || "given" in one.dataset);
    const values = fields(form).filter((one) => one.value.trim() && !plain(one));
    write(key, Object.fromEntries(values.map((one) => [one.name, one.value])));
    tell(form);
  };
  if (fields(form).some((one) => one.value !== given(one))) keep();
  tell(form);
  for (const field of fields(form)) field.addEventListener("input", keep);
  form.addEventListener("submit", () => write(key + SENT, { yes: true }));
}

export function startDrafts(root) {
  settle();
  for (const form of root.querySelectorAll("form[data-draft]")) start(form);
}
