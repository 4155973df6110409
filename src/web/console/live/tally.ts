import type { Seen } from './seen.ts';

/** How many phones are how. */
export interface Tally {
  phones: number;
  talking: number;
  offHook: number;
  notAnswering: number;
  lockedDown: number;
  disabled: number;
  faults: number;
}

export const tallyOf = (): Tally => ({
  ...{ phones: 0, talking: 0, offHook: 0, notAnswering: 0, lockedDown: 0, disabled: 0, faults: 0 },
});

/** Counts one phone more, or one less. */
export function count(tally: Tally, { phone, state }: Seen, by: 1 | -1): void {
  tally.phones += by;
  if (state === 'talking') tally.talking += by;
  if (phone.online === true && phone.hook === 'off') tally.offHook += by;
  if (state === 'not-answering') tally.notAnswering += by;
  if (phone.lockdown?.state === 'lockdown') tally.lockedDown += by;
  if (phone.lockdown?.state === 'disabled') tally.disabled += by;
  if (phone.faults.length > 0) tally.faults += by;
}
