import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import type { PlatformKeys, RootPublicKey } from '../../../src/protocol/keys.ts';
import type { FacilityId, Instant, Millis, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { openFleet } from '../../../src/terminal/fleet/link.ts';
import { openJournal } from '../../../src/terminal/storage/journal.ts';
import { openKey } from '../../../src/terminal/storage/key.ts';
import { REPORT } from '../../terminal/fleet/phone.ts';

/** What a process of phones is told to be. */
export interface Hung {
  readonly url: string;
  readonly folder: string;
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminals: readonly TerminalId[];
  readonly root: RootPublicKey;
  readonly platform: PlatformKeys;
}

/** One phone obeys; `at` by the machine's clock, ms. */
export interface Obeyed {
  readonly terminal: TerminalId;
  readonly state: string;
  readonly at: number;
}

/** The MQTT links of phones, each with what it keeps on the disk, in a process of their own: as each obeys, that is told. */
process.once('message', async ({ url, folder, facility, unit, terminals, root, platform }: Hung) => {
  for (const terminal of terminals) {
    const own = join(folder, terminal);
    await mkdir(own, { recursive: true });
    const journal = await openJournal(own, await openKey(own, { warn: () => undefined }));
    const fleet = await openFleet({
      ...{ facility, unit, terminal, journal, folder: own, mqtt: { url }, keys: { root, platform } },
      ...{ replyTimeout: 10_000 as Millis, now: () => Date.now() as Instant, log: pino({ level: 'silent' }) },
    });
    fleet.events.subscribe((event) => {
      if (event.type !== 'lockdown') return;
      const { lockdown } = event;
      process.send?.({
        terminal,
        state: lockdown.state,
        at: performance.timeOrigin + performance.now(),
      } satisfies Obeyed);
      fleet.report({ ...REPORT, unit, lockdown });
    });
  }
});
