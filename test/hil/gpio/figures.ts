/** What a check came to; `wrong` is empty where all is well. */
export interface Finding {
  readonly wrong: readonly string[];
  readonly figures: Readonly<Record<string, number | string>>;
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** Latencies in milliseconds, as people compare them. */
export function spread(name: string, all: readonly number[]): Record<string, number> {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
  return { [`${name}P50`]: at(0.5), [`${name}P99`]: at(0.99), [`${name}Max`]: at(1) };
}
