/** How many letters must be put in, taken out or changed to make `b` of `a` (Levenshtein 1965). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

const SHOWN = 3;

/** What is said where `name` is not among `known`: the names nearest to it. */
export function nearOnes(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'none is known here yet';
  const near = [...new Set(known)]
    .map((other) => ({ other, far: distance(name.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.far - b.far || a.other.localeCompare(b.other))
    .slice(0, SHOWN)
    .map(({ other }) => other);
  return `near it: ${near.join(', ')}`;
}
