import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { hasChromium, openBrowser } from '../sim/page/person.ts';
import { Staff } from './staff.ts';
import { County } from './stand-in/county.ts';
import { EXPECTED_BOX, NEW_BOX, UNSURE_BOX } from './stand-in/fitting.ts';
import { serveConsole } from './stand-in/server.ts';

const until = (look: () => void | Promise<void>) => vi.waitFor(look, { timeout: 30_000, interval: 50 });
/** A status with which the platform says no, which the browser notes. */
const isNo = (said: string) => /status of (404|409|422)/.test(said);

describe.skipIf(!hasChromium)('the page for fitting phones in Chromium (Debian package chromium)', () => {
  let dist: string;
  let browser: Browser;
  let county: County;
  let served: Awaited<ReturnType<typeof serveConsole>>;

  beforeAll(async () => {
    dist = await mkdtemp(join(tmpdir(), 'console-dist-'));
    const configFile = join(packageRoot(), 'src/web/console/vite.config.ts');
    await build({ configFile, build: { outDir: dist }, logLevel: 'warn' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(dist, { recursive: true });
  });
  beforeEach(async () => {
    county = new County({ units: 2, each: 3 });
    served = await serveConsole(county, { dist });
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await served.close();
  });

  /** Somebody at the page, with his own telephone unless `options` say otherwise. */
  async function technician(options: BrowserContextOptions = {}): Promise<Staff> {
    const telephone = { viewport: { width: 320, height: 640 }, hasTouch: true, locale: 'en-US' };
    const context = await browser.newContext({ ...telephone, ...options });
    const tom = new Staff(await context.newPage());
    await tom.signIn(served.url);
    await tom.page.goto(`${served.url}#/county/fitting`);
    await tom.page.locator('input[name="code"]').waitFor();
    return tom;
  }
  const types = (tom: Staff, code: string) => tom.page.getByLabel('Six digits', { exact: true }).fill(code);
  const picks = (tom: Staff, place: RegExp) => tom.page.getByRole('radio', { name: place }).check();
  const said = (tom: Staff) => tom.page.locator('.claim').getByRole('alert');

  it('claims a phone by the place and six digits, shows what is still to be pressed, and lists who claimed it', async () => {
    const tom = await technician();
    const first = tom.page.getByRole('radio').first();
    expect(await first.locator('..').innerText()).toContain('no phone yet');
    await picks(tom, /^B-1 /);
    await types(tom, UNSURE_BOX.code);
    await tom.press('Claim');
    await tom.reads('B-1 is claimed; it tests itself once its handset is down.');
    await tom.reads(`Serial ${UNSURE_BOX.serial} · Raspberry Pi 4`);
    await tom.reads('Now press these on the phone:');
    expect(await tom.page.locator('.answer').innerText()).toBe('4821');
    const listed = tom.page.getByRole('region', { name: 'Phones that were claimed' });
    const row = listed.getByRole('listitem').filter({ hasText: 'B-1' });
    await until(async () => expect(await row.innerText()).toContain('has not come for what it needs'));
    expect(await row.innerText()).toContain('claimed by J. Alvarez from 10.0.4.17');
    // What its self-test then found, and what is to be done about it.
    await tom.reads('Its self-test has not come yet');
    const phone = county.phones.get('B-1');
    if (!phone) throw new Error('B-1 is a phone of the county');
    const failed = [{ part: 'sound' as const, detail: 'no sound card is there', remedy: 'plug it in' }];
    const test = { ended: new Date().toISOString(), by: 'claim', verdict: 'failed' as const, failed };
    county.change([{ ...phone, online: true, test }]);
    const result = tom.page.locator('.claimed');
    await until(async () =>
      expect(await result.innerText()).toMatch(
        /Self-test failed[\s\S]*Handset sound: no sound card is there\s+plug it in/,
      ),
    );
    expect(await row.innerText()).toContain('Handset sound: no sound card is there');
    // Ready for the next.
    expect(await tom.page.getByLabel('Six digits', { exact: true }).inputValue()).toBe('');
    expect(await tom.barriers()).toEqual([]);
    expect(tom.complaints).toEqual([]);
  });

  it('has a place named that is new, in a unit, and says what the platform has against a code', async () => {
    const tom = await technician();
    await types(tom, '000000');
    await tom.page.getByLabel('Find the place').fill('b-1');
    expect(await tom.page.getByRole('radio', { name: /^New/ }).count()).toBe(0);
    await tom.page.getByLabel('Find the place').fill('B 12');
    await tom.reads('No place is called that');
    await tom.page.getByLabel('Find the place').fill('B-12');
    await picks(tom, /^New: B-12/);
    await tom.page.getByLabel('Unit in which it hangs').selectOption('B');
    await tom.press('Claim');
    await until(async () => expect(await said(tom).innerText()).toContain('no phone says this code now'));
    await types(tom, '482 913');
    await tom.press('Claim');
    await tom.reads('B-12 is claimed');
    expect(tom.complaints.filter((one) => !isNo(one))).toEqual([]);
  });

  it('replaces a phone with a second press alone, that names what it puts out', async () => {
    const tom = await technician();
    await picks(tom, /^A-1 .*has serial 1000000011112222/);
    await types(tom, NEW_BOX.code);
    await tom.press('Claim');
    const second = tom.page.getByRole('button', { name: /^Replace/ });
    expect(await second.innerText()).toBe(
      'Replace the phone that is there (serial 1000000011112222): it will be dead at once',
    );
    expect(await tom.barriers()).toEqual([]);
    // Enter claims, and does not replace; another place takes the second press away.
    await tom.page.getByLabel('Six digits', { exact: true }).press('Enter');
    await until(async () => expect(await said(tom).innerText()).toContain('A-1 is a phone already'));
    await picks(tom, /^B-1 /);
    await until(async () => expect(await second.count()).toBe(0));
    await picks(tom, /^A-1 /);
    await tom.press('Claim');
    await second.click();
    await tom.reads('A-1 is claimed');
    await tom.reads('The phone that was there (serial 1000000011112222) is dead.');
    expect(tom.complaints.filter((one) => !isNo(one))).toEqual([]);
  });

  it('announces boxes by a table that is shown before it is saved; then six digits alone do', async () => {
    const tom = await technician();
    const expected = tom.page.getByRole('region', { name: 'Phones that are expected' });
    await expected.getByLabel('Table').fill(`serial,unit,phone\n${EXPECTED_BOX.serial},B,B-1\n10,B,B 2`);
    await tom.press('Show what it says');
    await tom.reads('Line 3: phone: letters, digits, - and _ are allowed');
    expect(await tom.page.getByRole('button', { name: /^Announce/ }).isDisabled()).toBe(true);
    await expected.getByLabel('Table').fill(`${EXPECTED_BOX.serial};B;B-1\n10;B;B-2`);
    await tom.press('Show what it says');
    await expected.getByRole('listitem').filter({ hasText: 'B-2' }).waitFor();
    expect(await tom.barriers()).toEqual([]);
    await tom.press('Announce 2 phones');
    await tom.reads('2 phones are expected.');
    await expected.getByLabel('Table').fill(`${EXPECTED_BOX.serial},B,A-1`);
    await tom.press('Show what it says');
    await tom.reads('Expected no more: 10');
    await tom.press('Announce 1 phone');
    await tom.page.getByRole('radio', { name: /^Where it was announced for 1 phone is expected/ }).waitFor();

    await types(tom, NEW_BOX.code);
    await tom.press('Claim');
    await until(async () =>
      expect(await said(tom).innerText()).toContain('was not announced here: say which phone it is'),
    );
    await types(tom, EXPECTED_BOX.code);
    await tom.press('Claim');
    await until(async () => expect(await said(tom).innerText()).toContain('A-1 is a phone already'));
    await tom.press('Replace the phone that is there: it will be dead at once');
    await tom.reads('A-1 is claimed');
    await tom.reads('None is expected.');
    expect(tom.complaints.filter((one) => !isNo(one))).toEqual([]);
  });

  it('takes a phone out of service with a reason', async () => {
    const tom = await technician();
    await tom.press('Take out of service: A-1');
    const asked = tom.page.getByRole('dialog', { name: 'Take out of service: A-1' });
    await asked.getByLabel('Why').fill('torn off the wall');
    expect(await tom.barriers()).toEqual([]);
    await asked.getByRole('button', { name: 'Take out of service' }).click();
    await tom.reads('A-1 (serial 1000000011112222) is out of service.');
    await tom.reads('None was claimed yet.');
    expect(tom.complaints).toEqual([]);
  });

  it('gives the file for the card of a phone, to be copied or saved', async () => {
    const tom = await technician({ permissions: ['clipboard-read', 'clipboard-write'] });
    const file = /^url: https:\/\/phones\.county\.example\nfingerprint: [\w-]{43}\n$/;
    await tom.press('Copy');
    await tom.reads('Copied.');
    expect(await tom.page.evaluate('navigator.clipboard.readText()')).toMatch(file);
    const coming = tom.page.waitForEvent('download');
    await tom.page.getByRole('link', { name: 'Save tierphone.yaml' }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe('tierphone.yaml');
    expect(await readFile(await download.path(), 'utf8')).toMatch(file);
    expect(tom.complaints).toEqual([]);
  });

  it('is led by keyboard: search, place, digits, Enter', async () => {
    const tom = await technician({ viewport: { width: 1280, height: 800 }, hasTouch: false });
    const { page } = tom;
    await page.getByLabel('Find the place').focus();
    await page.keyboard.type('B-1');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type(NEW_BOX.code);
    await page.keyboard.press('Enter');
    await tom.reads('B-1 is claimed');
    expect(tom.complaints).toEqual([]);
  });

  it.each([
    { width: 320, colorScheme: 'dark', locale: 'es-MX' },
    { width: 1280, colorScheme: 'light', locale: 'en-US' },
  ] as const)('has no barrier and is not too wide at $width px, $colorScheme, $locale', async ({ width, ...look }) => {
    const tom = await technician({ viewport: { width, height: 800 }, ...look });
    await tom.page.locator('.places input').first().waitFor();
    expect(await tom.barriers()).toEqual([]);
    expect(await tom.tooWide()).toBeLessThanOrEqual(0);
    expect(tom.complaints).toEqual([]);
  });
});
