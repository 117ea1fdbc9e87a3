// The server writes absolute UTC times. Lists show them as distances, with the reader's own time on hover; elsewhere the
// reader's own time stands, with UTC on hover.
const UNITS = [
  ["year", 31557600],
  ["month", 2629800],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const near = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });

/** "3 days ago" for a date, "just now" under a minute. */
export function ago(date, now = Date.now()) {
  const seconds = (date.getTime() - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

function localize(root) {
  for (const time of root.querySelectorAll('time[datetime*="T"]:not([data-relative], [title])')) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.title = time.textContent;
    time.textContent = near.format(date);
  }
}

/** Tell the server which mornings are this reader's; without a script it takes those of UTC. */
export function sayZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  if (!document.cookie.split("; ").includes(`zone=${zone}`)) {
    document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax`;
  }
}

export function startDates(root) {
  localize(root);
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.textContent = ago(date);
    time.title = full.format(date);
  }
}
