import { afterAll, beforeAll, describe } from 'vitest';
import { callSuite } from './control/call.suite.ts';
import { identifySuite } from './control/identify.suite.ts';
import { hasPostgres } from './postgres.ts';
import { type Kind, makeWorld, openTestDatabase, type Setup } from './world.ts';

/** Everything that needs a database, on one of its kind that all share: each test has a facility of its own. */
export function suites(kind: Kind): void {
  describe.skipIf(kind === 'postgres' && !hasPostgres)(`on ${kind === 'postgres' ? 'PostgreSQL' : 'PGlite'}`, () => {
    let setup: Setup;
    beforeAll(async () => {
      const database = await openTestDatabase(kind);
      setup = { kind, database, world: await makeWorld(database) };
    });
    afterAll(() => setup?.database.close());

    describe('a call', () => callSuite(() => setup));
    describe('a PIN', () => identifySuite(() => setup));
  });
}
