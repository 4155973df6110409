import type { Outside } from './outside.ts';

/** Of the simulator's site. */
const PIN = '10014821';
const NUMBER = '2025550123';

/** What lifts the handset of a phone and keys on it. */
interface Hand {
  lift(): unknown;
  type(keys: string): Promise<unknown>;
}

interface Dialled {
  readonly pin?: string | undefined;
  readonly number?: string | undefined;
  /** How long each step may take, ms. */
  readonly limit?: number;
}

/** Lifts, chooses English, keys PIN and number. */
export async function dial(
  { until }: Pick<Outside, 'until'>,
  hand: Hand,
  { pin = PIN, number = NUMBER, limit }: Dialled = {},
): Promise<void> {
  await until(({ lockdown }) => lockdown.state === 'open', limit);
  await hand.lift();
  await until(({ phase }) => phase === 'language', limit);
  await hand.type('1');
  await until(({ phase }) => phase === 'pin', limit);
  await hand.type(pin);
  await until(({ phase }) => phase === 'number', limit);
  await hand.type(`${number}#`);
}
