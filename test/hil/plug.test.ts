import { afterAll, describe, expect, it } from 'vitest';
import { verdict } from '../process/ledger.ts';
import { type Pulled, pullThePlug } from './plug.ts';

/** The long form is `npm run hil:plug -- 200`. */
const PULLS = 1;
const SEED = Number(process.env.TIERPHONE_SEED ?? Date.now() % 1_000_000);

describe('the plug is pulled in mid-call', () => {
  let pulled: Pulled | undefined;
  afterAll(() => pulled?.bench.close());

  it(`and every record is there once, the lockdown as it was, the phone ready, seed ${SEED}`, {
    timeout: 1_200_000,
  }, async () => {
    pulled = await pullThePlug(PULLS, SEED);
    expect(pulled.wrongLockdowns).toEqual([]);
    console.log(`from the start of the kernel to a phone that takes a call, emulated: ${pulled.ready.join(', ')} s`);
    expect(await verdict(pulled.bench.outside)).toEqual({
      missing: [],
      twice: [],
      held: 0,
      postings: 0,
      wrongBalances: [],
    });
  });
});
