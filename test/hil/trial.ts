import type { Machine } from './machine/machine.ts';
import type { Bench } from './phone.ts';

/** A trial's own JSON line. */
export interface TrialVerdict {
  readonly ok: boolean;
  readonly findings: Readonly<
    Record<string, { readonly wrong: readonly string[]; readonly figures: Record<string, unknown> }>
  >;
}

/** An hour: the long form of the keypad's trial takes ten minutes of a machine at rest, ms. */
const LIMIT = 3_600_000;

/**
 * Runs one of our trials in a machine of its own; `said` is given what it says on the way.
 * @throws Error with the end of its console where it comes to no verdict
 */
export async function runTrial(
  bench: Bench,
  name: 'gpio' | 'audio',
  args: readonly string[],
  said: (text: string) => void = () => {},
): Promise<TrialVerdict> {
  const machine: Machine = bench.start({ trial: [name, ...args], said });
  try {
    const line = await machine.console.until(/^\{"ok":/, { limit: LIMIT });
    return JSON.parse(line) as TrialVerdict;
  } finally {
    await machine.kill();
  }
}

/** Arguments of the keypad's trial: so many presses and flicks, by these drivers. */
export const gpioArgs = (presses: number, flicks: number, drivers: readonly string[]): string[] => [
  ...['--board', '/etc/tierphone/board.json', '--wall', '/usr/local/bin/wall'],
  ...['--presses', String(presses), '--flicks', String(flicks)],
  ...drivers.flatMap((driver) => ['--driver', driver]),
];
