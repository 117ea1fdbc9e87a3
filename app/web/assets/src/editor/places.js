// What stands at a place of the text: an invariant's key or value, inline code, a link, a fence. Values only, no page.
const FENCE = /^ {0,3}(`{3,}|~{3,})\s*(.*)$/;
const LOOK_BACK = 400;

/** The fence that holds a line: {info, from} with the line where it opens; null outside of any. */
export function fenceAt(doc, number) {
  const first = Math.max(1, number - LOOK_BACK);
  let open = null;
  for (let at = first; at < number; at += 1) {
    const found = doc.line(at).text.match(FENCE);
    if (!found) continue;
    if (!open) open = { mark: found[1], info: found[2].trim(), from: at };
    else if (found[1][0] === open.mark[0] && found[1].length >= open.mark.length && !found[2]) open = null;
  }
  return open;
}

/** Whether a line belongs to the front matter. */
function inFront(doc, number) {
  if (number < 2 || doc.line(1).text.trim() !== "---") return false;
  for (let at = 2; at < number; at += 1) if (/^(---|\.\.\.)\s*$/.test(doc.line(at).text)) return false;
  return true;
}

/** The key above a list entry or a nested line. */
function keyAbove(doc, number, from) {
  for (let at = number - 1; at > from; at -= 1) {
    const found = doc.line(at).text.match(/^([\w-]+):/);
    if (found) return found[1];
  }
  return "";
}

/** What a YAML line holds up to the caret: {what: "key" | "value", key, typed}. */
function inYaml(doc, number, before, from) {
  const key = before.match(/^([\w-]*)$/);
  if (key) return { what: "key", key: "", typed: key[1] };
  const pair = before.match(/^([\w-]+):\s(.*)$/);
  const typed = (text) => text.match(/[^\s,[\]{}'"|()]*$/)[0];
  if (pair) return { what: "value", key: pair[1], typed: typed(pair[2]) };
  if (/^\s+/.test(before)) return { what: "value", key: keyAbove(doc, number, from), typed: typed(before) };
  return null;
}

/** The kind that the invariant round a line names. */
function kindAt(doc, from) {
  for (let at = from + 1; at <= doc.lines && at < from + LOOK_BACK; at += 1) {
    const { text } = doc.line(at);
    const found = text.match(/^kind:\s*["']?([\w-]+)/);
    if (found) return found[1];
    if (FENCE.test(text)) return "";
  }
  return "";
}

/**
 * Say what could be completed at a position: {what, typed, key?, kind?}, `typed` being what stands before the caret
 * already. `what` is slash, fence, key, value, front-key, front-value, code or link.
 */
export function placeAt(doc, position) {
  const line = doc.lineAt(position);
  const before = line.text.slice(0, position - line.from);
  if (inFront(doc, line.number)) {
    const found = inYaml(doc, line.number, before, 1);
    return found && { ...found, what: `front-${found.what}` };
  }
  const fence = fenceAt(doc, line.number);
  if (fence) {
    if (!/^ya?ml\s+invariant\b/.test(fence.info)) return null;
    const found = inYaml(doc, line.number, before, fence.from);
    return found && { ...found, kind: kindAt(doc, fence.from) };
  }
  const opening = before.match(/^ {0,3}`{3}\s*([\w ]*)$/);
  if (opening) return { what: "fence", typed: opening[1] };
  const slash = before.match(/^\s*\/([\w-]*)$/);
  if (slash) return { what: "slash", typed: slash[1] };
  const link = before.match(/\]\(([^()\s]*)$/);
  if (link) return { what: "link", typed: link[1] };
  if ((before.split("`").length - 1) % 2 === 1) {
    const typed = before.slice(before.lastIndexOf("`") + 1);
    return /\s/.test(typed) ? null : { what: "code", typed };
  }
  return null;
}
