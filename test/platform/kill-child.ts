import { openDatabase } from '../../src/platform/database/open.ts';
import { openKey } from '../../src/terminal/storage/key.ts';
import { asker, makeWorld, NO_FAULT, newCall, recordOf, siteFile } from './world.ts';

/** A line this program prints once a record is stored: from then on it may not be lost. */
export interface Stored {
  readonly call: string;
  readonly talked: number;
}

const [folder = ''] = process.argv.slice(2);
const database = await openDatabase({ kind: 'embedded', folder }, NO_FAULT);
const world = await makeWorld(database);
await world.import(siteFile('cedar', (s) => Object.assign(s.accounts?.[0] ?? {}, { opening: '5000.00' })));
const who = asker('cedar');
// One phone, whoever answers it.
const key = await openKey(`${folder}-phone`, { warn: () => undefined });

// Calls one after another until somebody ends this the hard way.
for (let n = 1; ; n++) {
  const call = newCall();
  await world.identify(who, call, '12345937');
  await world.authorise(who, call);
  await world.extend(who, call, 1, 1_000);
  if (n % 3 !== 0) await world.end(who, call, 2, 900 * n);
  const stored: Stored = { call, talked: 1_000 * (n % 50) };
  await world.store(who, recordOf(who, call, stored.talked, world.clock.now), key);
  process.stdout.write(`${JSON.stringify(stored)}\n`);
}
