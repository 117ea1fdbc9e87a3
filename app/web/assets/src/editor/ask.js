// Questions to the server while somebody types: the newest one counts, older ones are let go.

/** GET JSON; null where there is no answer. */
export async function ask(url, signal) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** POST JSON; {ok, status, body}, with status 0 where nobody answered, or the question was let go. */
export async function tell(url, body, headers, signal) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    return { ok: answer.ok, status: answer.status, body: await answer.json().catch(() => ({})) };
  } catch (problem) {
    return { ok: false, status: 0, let_go: problem.name === "AbortError", body: {} };
  }
}
