import { describe, expect, it } from 'vitest';
import { killClaims } from './kill.ts';
import { hasClaimedSite } from './site.ts';

/** The long form is `npm run kill:claims -- 200`. */
const KILLS = 6;
const SEED = Number(process.env.TIERPHONE_SEED ?? Date.now() % 1_000_000);

describe.skipIf(!hasClaimedSite)('kill -9 of boxes and platform while phones are claimed', () => {
  it(`leaves each place one phone, and no secret where others read, seed ${SEED}`, { timeout: 400_000 }, async () => {
    const { wrong, secrets } = await killClaims(KILLS, SEED, () => {});
    expect(wrong).toEqual([]);
    expect(secrets.told).toEqual([]);
    // Keys of platform and boxes, and what they call by, were known, and found where they belong.
    expect(secrets.known).toBeGreaterThan(8);
    expect(secrets.kept).toBeGreaterThan(5);
  });
});
