import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/platform/database/open.ts';
import { asker, audit, KINDS, makeWorld, newCall, openTestDatabase, siteFile, type World } from '../world.ts';

describe.each(KINDS)('a call on the $kind database', ({ kind, missing }) => {
  describe.skipIf(missing)('(PostgreSQL server)', () => {
    let database: Database;
    let world: World;
    beforeAll(async () => {
      database = await openTestDatabase(kind);
      world = await makeWorld(database);
    });
    afterAll(() => database.close());

    it('is granted, extended, ended and paid', async () => {
      await world.import(siteFile('good'));
      const [who, call] = [asker('good'), newCall()];
      expect(await world.identify(who, call, '12345678')).toMatchObject({
        result: 'known',
        caller: 'doe',
        language: 'en',
      });
      const granted = await world.authorise(who, call);
      expect(granted).toMatchObject({
        result: 'granted',
        grant: {
          number: '+12025550123',
          quota: 300_000,
          final: null,
          charge: { kind: 'prepaid', rate: 60_000, balance: 3_000_000 },
        },
      });
      expect((await audit(database)).get('good/family')).toEqual({ balance: 3_000_000, held: 300_000 });
      expect(await world.authorise(who, call)).toEqual(granted);
      const more = await world.extend(who, call, 1, 150_000);
      expect(more).toMatchObject({ grant: { quota: 600_000, final: null } });
      expect(await world.extend(who, call, 1, 999_000)).toEqual(more);
      expect(await world.extend(who, call, 2, 450_000)).toMatchObject({
        grant: { quota: 900_000, final: 'facility-limit' },
      });
      const ended = await world.end(who, call, 3, 500_500);
      expect(ended).toMatchObject({ charge: { kind: 'prepaid', balance: 3_000_000 - 500_500 } });
      expect(await world.end(who, call, 3, 1)).toEqual(ended);
      expect((await audit(database)).get('good/family')).toEqual({ balance: 2_499_500, held: 0 });
    });
  });
});
