import { pino } from 'pino';
import type { Counters } from '../../../src/platform/counters.ts';
import { SettingsOfPhones } from '../../../src/platform/facilities/phone-settings.ts';
import { Keeper } from '../../../src/platform/terminals/keeper.ts';
import { KeySets } from '../../../src/platform/terminals/key-sets.ts';
import type { Instant } from '../../../src/protocol/units.ts';

/** Keeps the orders of no facility, and so needs no database. */
export const noKeeper = (counters: Counters): Promise<Keeper> =>
  Keeper.open(
    { db: null as never, now: () => Date.now() as Instant, alarm: () => undefined, counters },
    new Map(),
    new KeySets({ db: null as never, replies: null as never }, new Map(), pino({ level: 'silent' })),
    new SettingsOfPhones({ db: null as never, replies: null as never }, []),
    pino({ level: 'silent' }),
  );
