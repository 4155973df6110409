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

/** Counts one phone more. */
export function count(tally: Tally, { phone, state }: Seen): void {
  tally.phones += 1;
  if (state === 'talking') tally.talking += 1;
  if (phone.online === true && phone.hook === 'off') tally.offHook += 1;
  if (state === 'not-answering') tally.notAnswering += 1;
  if (phone.lockdown?.state === 'lockdown') tally.lockedDown += 1;
  if (phone.lockdown?.state === 'disabled') tally.disabled += 1;
  if (phone.faults.length > 0) tally.faults += 1;
}
