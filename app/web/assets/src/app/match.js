/**
 * Score how well `words` stand in `text`: every word must occur; earlier, and at the start of a word, is better.
 * Gives null where one is missing, else the score and the spans to show in bold.
 */
export function match(text, words) {
  const low = text.toLowerCase();
  const spans = [];
  let score = 0;
  for (const word of words) {
    let at = low.indexOf(word);
    if (at < 0) return null;
    for (let next = at; next >= 0; next = low.indexOf(word, next + 1)) {
      if (next === 0 || /[\s/._#-]/.test(low[next - 1])) {
        at = next;
        score += 8;
        break;
      }
    }
    score += 4 - Math.min(4, at / 12);
    spans.push([at, at + word.length]);
  }
  return { score: score - text.length / 200, spans: spans.sort((a, b) => a[0] - b[0]) };
}
