/** How far apart two words are: insertions, deletions and replacements (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** `; did you mean X?` when one of the known words is close to what was written, and else what there is, if little. */
export function suggestion(word: string, known: Iterable<string>): string {
  const words = [...known];
  const near = words
    .filter(candidate => Math.abs(candidate.length - word.length) <= 3)
    .map(candidate => ({ candidate, away: distance(word, candidate) }))
    .toSorted((a, b) => a.away - b.away)[0];
  if (near && near.away <= Math.max(1, word.length / 3)) return `; did you mean ${near.candidate}?`;
  if (words.length > 0 && words.length <= 12) return `; accepted: ${words.join(', ')}`;
  return '';
}
