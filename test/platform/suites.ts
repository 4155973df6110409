import { afterAll, beforeAll, describe } from 'vitest';
import { alertSuite } from './alerts/alerts.suite.ts';
import { admissionSuite } from './callers/admission.suite.ts';
import { adaptingSuite } from './callers/voiceprints/adapting.suite.ts';
import { secretSuite } from './callers/voiceprints/secret.suite.ts';
import { retentionSuite } from './callers/voiceprints/staff.suite.ts';
import { callSuite } from './calls/call.suite.ts';
import { compareSuite } from './calls/compare.suite.ts';
import { identifySuite } from './calls/identify.suite.ts';
import { nameSuite } from './calls/name.suite.ts';
import { raceSuite } from './calls/race.suite.ts';
import { reportSuite } from './calls/reports.suite.ts';
import { searchSuite } from './calls/search.suite.ts';
import { voiceSuite } from './calls/voice.suite.ts';
import { voiceRecordSuite } from './calls/voice-record.suite.ts';
import { watchSuite } from './calls/watch.suite.ts';
import { facilityChangeSuite } from './facilities/change.suite.ts';
import { siteSuite } from './facilities/import.suite.ts';
import { answeredSuite } from './http/answered.suite.ts';
import { matrixSuite } from './http/matrix.suite.ts';
import { problemSuite } from './http/problems.suite.ts';
import { reachSuite } from './http/reach.suite.ts';
import { apiSuite } from './http/server.suite.ts';
import { inboxSuite } from './link/inbox.suite.ts';
import { attorneySuite } from './numbers/attorneys.suite.ts';
import { fillingSuite } from './numbers/filling.suite.ts';
import { staffNumberSuite } from './numbers/staff.suite.ts';
import { approvalSuite } from './people/approvals.suite.ts';
import { passkeySuite } from './people/passkeys.suite.ts';
import { peopleSuite } from './people/people.suite.ts';
import { providerSuite } from './people/provider.suite.ts';
import { signInSuite } from './people/sign-in.suite.ts';
import { tokenSuite } from './people/tokens.suite.ts';
import { trailSuite } from './people/trail.suite.ts';
import { hasPostgres } from './postgres.ts';
import { claimSuite } from './terminals/claims/claims.suite.ts';
import { healthSuite } from './terminals/health/health.suite.ts';
import { keySuite } from './terminals/keys.suite.ts';
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
    describe('a record', () => compareSuite(() => setup));
    describe('a report', () => reportSuite(() => setup));
    describe('records that are looked for', () => searchSuite(() => setup));
    describe('a site file', () => siteSuite(() => setup));
    describe('a facility of the API', () => facilityChangeSuite(() => setup));
    describe('an alert', () => alertSuite(() => setup));
    describe('the inbox', () => inboxSuite(() => setup));
    describe('the API', () => apiSuite(() => setup));
    describe('what the API refuses', () => problemSuite(() => setup));
    // Begins with nobody there: before all that make staff.
    describe('signing in', () => signInSuite(() => setup));
    describe('a claim', () => claimSuite(() => setup));
    describe('the API, role by role', () => matrixSuite(() => setup));
    describe('the API as it is reached', () => reachSuite(() => setup));
    describe('a passkey', () => passkeySuite(() => setup));
    describe('a change that is asked again', () => answeredSuite(() => setup, kind));
    describe('the sign-on of a site', () => providerSuite(() => setup));
    describe('staff', () => peopleSuite(() => setup));
    describe('what wants two people', () => approvalSuite(() => setup));
    describe('the trail', () => trailSuite(() => setup));
    describe('the token of a machine', () => tokenSuite(() => setup));
    describe('a caller of the API', () => admissionSuite(() => setup));
    describe('a number of the API', () => staffNumberSuite(() => setup));
    describe('an attorney', () => attorneySuite(() => setup));
    describe('a list', () => fillingSuite(() => setup));
    describe('a race', () => raceSuite(() => setup));
    describe('the health of phones', () => healthSuite(() => setup));
    describe('the key of a phone', () => keySuite(() => setup));
    describe('a voice', () => voiceSuite(() => setup));
    describe('a voice in a record', () => voiceRecordSuite(() => setup));
    describe('a voice in a call', () => watchSuite(() => setup));
    describe('a voice that says its name', () => nameSuite(() => setup));
    describe('a voiceprint', () => retentionSuite(() => setup));
    describe('a rate of false accepts', () => adaptingSuite(() => setup));
    describe('a voice at rest', () => secretSuite(() => setup));
    describe('a PIN', () => identifySuite(() => setup));
  });
}
