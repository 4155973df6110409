import { afterAll, describe, expect, it } from 'vitest';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { type Killed, killAtRandom } from './kill.ts';
import { verdict } from './ledger.ts';

/** The long form is `npm run kill -- 200`. */
const KILLS = 10;
const SEED = Number(process.env.TIERPHONE_SEED ?? Date.now() % 1_000_000);

describe.skipIf(!hasSocat)('kill -9 of terminal and platform (needs socat)', () => {
  let killed: Killed | undefined;
  afterAll(() => killed?.wall.close());

  it(`leaves one record a lift and not a cent wrong, seed ${SEED}`, { timeout: 400_000 }, async () => {
    killed = await killAtRandom(KILLS, SEED, () => {});
    expect(await verdict(killed.wall)).toEqual({ missing: [], twice: [], held: 0, postings: 0, wrongBalances: [] });
  });
});
