// One save over the wire, and what its answer means to the writer.
const WORDS = {
  401: ["Your session has ended", "Log in again in another tab, then save here. Your text is kept in this browser."],
  403: ["This save was refused", "You may not write here, or the page is too old. Your text is kept in this browser."],
  413: ["The text is too long", "A spec holds at most 1 MiB. Your text is kept in this browser."],
};

/** POST `body`; gives {kind: saved | conflict | refused | offline, status, body, title, words}. Never throws. */
export async function send(url, body, headers) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return { kind: "offline", title: "Offline", words: "The server does not answer. Your text is kept in this browser; save again when it is back." };
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return { kind: "saved", body: told };
  if (answer.status === 409 && told.theirs) return { kind: "conflict", body: told };
  const [title, words] = WORDS[answer.status] ?? ["Not saved", "Your text is kept in this browser; try again in a moment."];
  return { kind: "refused", status: answer.status, title: told.detail ?? title, words: told.hint ?? words };
}
