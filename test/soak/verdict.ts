import type { Minute } from './soak.ts';

/** Memory may grow this much from the first third to the last, MB: what a collector leaves lying. */
const MEMORY = 12;
/** Delay may differ this much, ms: a packet more or less in the buffer. */
const DELAY = 20;

export interface Verdict {
  readonly flat: boolean;
  readonly text: string;
}

const middle = (values: readonly number[]): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};

/** The first minute, in which everything warms up, is left out; then the middle of the first third beside that of the last. */
export function verdictOf(minutes: readonly Minute[]): Verdict {
  const [, ...settled] = minutes;
  const third = Math.max(1, Math.floor(settled.length / 3));
  const grown = (of: (minute: Minute) => number) =>
    middle(settled.slice(-third).map(of)) - middle(settled.slice(0, third).map(of));
  const growth = {
    memory: grown(({ memory }) => memory),
    slow: grown(({ delays }) => delays.slow),
    quick: grown(({ delays }) => delays.quick),
    baresip: grown(({ delays }) => delays.baresip),
  };
  const flat =
    growth.memory <= MEMORY && [growth.slow, growth.quick, growth.baresip].every((delay) => Math.abs(delay) <= DELAY);
  const parts = [
    `memory ${growth.memory.toFixed(1)} MB`,
    ...(['slow', 'quick', 'baresip'] as const).map((name) => `delay of ${name} ${growth[name].toFixed(1)} ms`),
  ];
  return { flat, text: `${flat ? 'flat' : 'NOT FLAT'}: from the first third to the last, ${parts.join(', ')}` };
}
