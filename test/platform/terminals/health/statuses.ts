import { randomUUID } from 'node:crypto';
import { OPEN } from '../../../../src/protocol/lockdown.ts';
import type { TerminalStatus } from '../../../../src/protocol/messages.ts';
import { UnitId } from '../../../../src/protocol/units.ts';

type Online = Extract<TerminalStatus, { online: true }>;

/** A phone that is well, but for what is said of it. */
export const well = (other: Partial<Online> = {}): TerminalStatus => ({
  ...{ online: true, birth: 5, unit: UnitId.parse('a'), hook: 'on', phase: 'idle', call: null, lockdown: OPEN },
  ...{ registration: 'registered', faults: [], version: '1', orders: {}, counters: {}, recordsWaiting: 0 },
  ...other,
});

/** What the broker says of a phone that is lost. */
export const lost = (birth = 5): TerminalStatus => ({ online: false, birth, lost: true });

/** A status as it goes over the wire. */
export const messageOf = (body: TerminalStatus, at: number): Buffer =>
  Buffer.from(JSON.stringify({ v: 1, id: randomUUID(), at, body }));
