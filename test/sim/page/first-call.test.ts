import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visitNpmStart } from './npm-start.ts';
import { hasChromium, type Person } from './person.ts';

describe.skipIf(!hasChromium)("a person's first call, on the page of npm start (needs chromium)", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-page-'));
  let person: Person;
  let leave: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    ({ person, leave } = await visitNpmStart(folder));
  });
  afterAll(async () => {
    await leave?.();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lifts, keys language, PIN and number, and hears what it is told', { timeout: 120_000 }, async () => {
    await person.hook();
    await person.sees('Offhook');
    await person.hearsSomething('earpiece');
    await person.key('1');
    await person.sees('PIN');
    await person.key('10014821');
    await person.sees('Dialing');
    await person.key('2025550123#');
    await person.sees('Ringing');
  });

  it('talks once the called party has accepted, both ways', { timeout: 120_000 }, async () => {
    await person.callee('answer');
    await person.sees('Greeting');
    await person.callee('accept');
    await person.sees('Talking');
    await person.hearsSomething('earpiece');
    await person.page.getByText('Listen at this end').click();
    await person.hearsSomething('callee');
  });

  it('hangs up and finds the call in the ledger', { timeout: 120_000 }, async () => {
    // The picture of the README, taken by `TIERPHONE_SCREENSHOT=sim/page/phone.png npx vitest run test/sim/page/first-call.test.ts`.
    const shot = process.env.TIERPHONE_SCREENSHOT;
    if (shot) {
      await person.reads('0:05');
      await person.page.screenshot({ path: shot });
    }
    await person.hook();
    await person.opens('Ledger');
    await person.reads('+12025550123');
    expect(person.complaints).toEqual([]);
  });
});
