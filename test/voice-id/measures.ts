/** Ratios of the right people and of strangers, by what the judge made of them (natural logarithms; any score for `equalError`). */
export interface Sides {
  readonly own: readonly number[];
  readonly strangers: readonly number[];
}

/** Part of the right people who are below `threshold`. */
export const missed = ({ own }: Sides, threshold: number): number =>
  own.filter((ratio) => ratio < threshold).length / own.length;

/** Part of strangers who reach `threshold`. */
export const accepted = ({ strangers }: Sides, threshold: number): number =>
  strangers.filter((ratio) => ratio >= threshold).length / strangers.length;

/** Where as many of the right people are missed as strangers are accepted. */
export function equalError({ own, strangers }: Sides): number {
  const all = sorted({ own, strangers });
  let misses = 0;
  let accepts = strangers.length;
  let best = 1;
  let rate = 0.5;
  for (const { yes } of all) {
    if (yes) misses += 1;
    else accepts -= 1;
    const [miss, accept] = [misses / own.length, accepts / strangers.length];
    if (Math.abs(miss - accept) < best) {
      best = Math.abs(miss - accept);
      rate = (miss + accept) / 2;
    }
  }
  return rate;
}

const bits = (ratio: number) => (ratio > 30 ? ratio / Math.LN2 : Math.log2(1 + Math.exp(ratio)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What it costs to take the ratios at their word, bits (Brümmer and du Preez 2006): 1 for ratios that say nothing, 0 for one that is never wrong. */
export const cllr = ({ own, strangers }: Sides): number =>
  (mean(own.map((ratio) => bits(-ratio))) + mean(strangers.map(bits))) / 2;

/** What it would cost if the same order of answers had the best ratios that it can have (pool adjacent violators). */
export function minCllr(sides: Sides): number {
  const all = sorted(sides);
  const blocks: { yes: number; all: number }[] = [];
  for (const { yes } of all) {
    blocks.push({ yes: yes ? 1 : 0, all: 1 });
    for (;;) {
      const [before, last] = [blocks.at(-2), blocks.at(-1)];
      if (!before || !last || before.yes / before.all < last.yes / last.all) break;
      blocks.splice(-2, 2, { yes: before.yes + last.yes, all: before.all + last.all });
    }
  }
  const odds = Math.log(sides.own.length / sides.strangers.length);
  const own: number[] = [];
  const strangers: number[] = [];
  for (const block of blocks) {
    const ratio = Math.log(block.yes / (block.all - block.yes)) - odds;
    for (let n = 0; n < block.yes; n++) own.push(ratio);
    for (let n = block.yes; n < block.all; n++) strangers.push(ratio);
  }
  return cllr({ own, strangers });
}

const sorted = ({ own, strangers }: Sides) =>
  [...own.map((ratio) => ({ ratio, yes: true })), ...strangers.map((ratio) => ({ ratio, yes: false }))].sort(
    // A tie counts against us.
    (a, b) => a.ratio - b.ratio || Number(b.yes) - Number(a.yes),
  );
