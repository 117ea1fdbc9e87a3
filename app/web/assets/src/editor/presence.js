// Who else is at this spec: people with the editor open, agents with a task about it.
import { named } from "../app/dom.js";
import { tell } from "./ask.js";

const WAIT = 10_000;

export function startPresence({ url, node, headers }) {
  if (!url) return;
  const look = async () => {
    if (document.hidden) return;
    const { ok, body } = await tell(url, {}, headers());
    if (ok) show(body.others);
  };
  const show = (others) => {
    const words = others.map((one) => (one.task ? `${named(one)} has task ${one.task}` : `${named(one)} writes here too`)).join(", ");
    if (node.textContent === words) return;
    node.textContent = words;
    node.title = others.map(({ intent }) => intent).filter(Boolean).join("\n");
  };
  look();
  setInterval(look, WAIT);
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => {
    fetch(url, { method: "POST", keepalive: true, headers: { ...headers(), "Content-Type": "application/json" }, body: '{"leaving":"yes"}' }).catch(() => {});
  });
}
