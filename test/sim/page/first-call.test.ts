import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visitNpmStart } from './npm-start.ts';
import { hasChromium, type Person } from './person.ts';

describe.skipIf(!hasChromium)("a person's first call, on the page of npm start (needs chromium)", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-page-'));
  let person: Person;
  let url: string;
  let leave: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    ({ person, url, leave } = await visitNpmStart(folder));
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

  it('reads at both ends what is said, blocks, and calls again once staff have lifted it', {
    timeout: 120_000,
  }, async () => {
    const { page } = person;
    await page.getByRole('button', { name: 'Call for me: Daniel Brooks to 2025550123' }).click();
    await person.sees('Ringing');
    await page.getByRole('log', { name: 'What is said at the phone' }).getByText('Enter your PIN.').waitFor();
    await person.callee('answer');
    const greeting = page.getByRole('log', { name: 'What is said to the called party' });
    await greeting.getByText('Hello. You have a call from Daniel Brooks at Pine River County Jail.').waitFor();
    await person.callee('block');
    await page.getByRole('button', { name: 'Block: again' }).click();
    await person.reads('Last ending: The called party has blocked these calls.');
    await person.hook();
    await person.reads('Ready. Lift the handset.');
    await page.getByRole('button', { name: 'Call for me: Daniel Brooks to 2025550123' }).click();
    await person.reads('Last ending: The number is blocked.');
    await person.hook();
    await person.reads('Ready. Lift the handset.');
    await page.getByRole('button', { name: 'Lift its block' }).click();
    await person.reads('Staff have lifted the block');
    await page.getByRole('button', { name: 'Call for me: Daniel Brooks to 2025550123' }).click();
    await person.sees('Ringing');
    await person.hook();
    expect(person.complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'goes through the door of the control room and closes a unit, and all its phones obey (%s)',
    { timeout: 120_000 },
    async (colorScheme) => {
      const { page } = person;
      await page.emulateMedia({ colorScheme });
      await page.goto(url);
      const coming = page.waitForEvent('popup');
      await page.getByRole('link', { name: 'The control room' }).click();
      const room = await coming;
      await room.emulateMedia({ colorScheme });
      await room.getByText('Dana Lee').waitFor();
      if (colorScheme === 'light') {
        await room.getByRole('link', { name: 'Keys' }).click();
        await room.getByRole('button', { name: 'Make a key and ask for it' }).click();
        await expect.poll(() => keysInForce(room), { timeout: 30_000 }).toBe(2);
        await room.getByRole('link', { name: 'Live' }).click();
      }
      for (const unit of ['A', 'B']) {
        await room.getByRole('button', { name: `Lock down: Unit ${unit}` }).click();
        const obeyed = room.getByRole('article', { name: `Unit ${unit}` });
        await obeyed.getByText('2 of 2 obeyed').waitFor();
      }
      await person.visit(url);
      await person.reads('No calls: unit is under lockdown.');
      expect(await page.locator('input[name="lockdown-unit"][value="lockdown"]').isChecked()).toBe(true);
      for (const unit of ['A', 'B']) {
        await room.getByRole('button', { name: `Open: Unit ${unit}` }).click();
        await room.getByRole('button', { name: `Open Unit ${unit}` }).click();
      }
      await person.reads('In service');
      await room.close();
      expect(person.complaints).toEqual([]);
    },
  );

  it('starts over: nothing of what happened is kept', { timeout: 120_000 }, async () => {
    const { page } = person;
    await page
      .getByRole('cell', { name: /2025550123/ })
      .first()
      .waitFor();
    await page.goto(url);
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Press again to start over' }).click();
    await person.reads('Connection lost.');
    await page.getByText('Connection lost.').waitFor({ state: 'detached' });
    await person.visit(url);
    await person.reads('Each lift of the handset leaves one record here.');
    await person.reads('In service');
  });
});

/** How many keys the site's root key has signed: that of the simulator's own card, then that of this browser. */
const keysInForce = (room: Page) =>
  room.evaluate(`fetch('/api/facilities/pine-river/keys').then((r) => r.json()).then(({ keys }) => keys.length)`);
