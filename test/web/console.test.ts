import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { hasChromium, openBrowser } from '../sim/page/person.ts';
import { Staff } from './staff.ts';
import { County } from './stand-in/county.ts';
import { alertsOf } from './stand-in/samples.ts';
import { serveConsole } from './stand-in/server.ts';
import { OFFICER } from './stand-in/session.ts';

const until = (look: () => void | Promise<void>) => vi.waitFor(look, { timeout: 30_000, interval: 50 });

describe.skipIf(!hasChromium)('the control room in Chromium (Debian package chromium)', () => {
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
    county = new County({ units: 5, each: 14 });
    served = await serveConsole(county, { dist });
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await served.close();
  });

  async function someone(options: BrowserContextOptions = {}): Promise<Staff> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options });
    return new Staff(await context.newPage());
  }
  const phone = (terminal: string) => {
    const found = county.phones.get(terminal);
    if (!found) throw new Error(`no phone ${terminal}`);
    return found;
  };

  it('lets in who knows the password and has the code, and says in words what is wrong', async () => {
    const ana = await someone();
    const { page } = ana;
    await page.goto(served.url);
    await page.getByLabel('E-mail').fill(OFFICER.email);
    await page.getByLabel('Password').fill('something else');
    await ana.press('Next');
    await ana.reads('e-mail or password is wrong');
    await page.getByLabel('Password').fill(OFFICER.password);
    await page.keyboard.press('Enter');
    await page.getByLabel('Code of six digits').fill('000000');
    await page.keyboard.press('Enter');
    await ana.reads('the code is wrong');
    await page.getByLabel('Code of six digits').fill(OFFICER.code);
    await page.keyboard.press('Enter');
    await ana.reads('County Jail');
    await ana.press('Sign out');
    await page.getByLabel('E-mail').waitFor();
    expect(ana.complaints).toEqual([]);
  });

  it('shows each phone as it is, as soon as it is otherwise, and holds the rows in view alone', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    await ana.reads('70 phones');
    const now = Date.now();
    const call = {
      ...{ call: crypto.randomUUID(), caller: '1001', name: 'Ana <b>Morales</b>', number: '+12025550123' },
      ...{ pays: 'prepaid', rate: '0.06', privileged: true, recorded: false },
      ...{ accepted: new Date(now - 65_000).toISOString(), ends: new Date(now + 600_000).toISOString() },
    } as NonNullable<ReturnType<typeof phone>['call']>;
    county.change([{ ...phone('A-2'), online: true, hook: 'off', phase: 'talking', call, otherVoice: true, mos: 2.1 }]);
    const row = ana.row('A-2');
    await until(async () => expect(await row.innerText()).toContain('Another voice'));
    const text = await row.innerText();
    for (const word of [
      'Ana <b>Morales</b>',
      '+12025550123',
      'Prepaid',
      'Bad',
      'Another voice',
      'Private: not recorded',
    ])
      expect(text).toContain(word);
    await until(async () => expect(await row.innerText()).toMatch(/1:\d\d\s+9:\d\d left/));
    county.change([{ ...phone('A-2'), phase: 'ended', ending: 'number-blocked' }]);
    await until(async () => expect(await row.innerText()).toContain('Denied'));
    county.change([{ ...phone('A-2'), online: false }]);
    await until(async () => expect(await row.innerText()).toContain('Not answering'));
    expect(await ana.page.getByRole('table').getAttribute('aria-rowcount')).toBe('76');
    expect(await ana.page.locator('tbody tr').count()).toBeLessThan(40);
    expect(ana.complaints).toEqual([]);
  });

  it('is narrowed to what is looked for', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    county.change(
      [...county.phones.values()].map((one) => ({
        ...one,
        online: true,
        faults: [],
        otherVoice: false,
        mos: null,
        registration: 'registered' as const,
      })),
    );
    county.change([{ ...phone('C-5'), faults: ['tamper'] }]);
    await ana.page.getByLabel('Only what needs a look').check();
    await ana.reads('1 of 70 phones');
    expect(await ana.row('C-5').innerText()).toContain('Tampered with');
    county.change([{ ...phone('D-9'), online: false }]);
    await ana.reads('2 of 70 phones');
    await ana.page.getByLabel('Only what needs a look').uncheck();
    await ana.page.locator('.filters select').selectOption('B');
    await ana.reads('14 of 70 phones');
    await ana.page.getByLabel('Find phone, caller or number').fill('b-14');
    await ana.reads('1 of 70 phones');
  });

  it('is led by keyboard: arrow keys go from row to row, and what lives takes the focus from nobody', async () => {
    const ana = await someone();
    const { page } = ana;
    await ana.signIn(served.url);
    await ana.row('A-1').waitFor();
    const focused = () =>
      page.evaluate('document.activeElement.closest("tr")?.dataset.key ?? document.activeElement.tagName');
    for (let i = 0; i < 30 && (await focused()) !== 'unit A'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await until(async () => expect(await focused()).toBe('phone A-1'));
    await page.keyboard.press('End');
    await until(async () => expect(await focused()).toBe('phone E-14'));
    for (let i = 0; i < 5; i++) county.stir(40);
    await page.evaluate('scrollTo(0, 0)');
    await ana.row('A-3').waitFor();
    expect(await focused()).toBe('phone E-14');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Phone E-14' }).waitFor();
    await page.keyboard.press('Escape');
    await until(async () => expect(await focused()).toBe('phone E-14'));
  });

  it('closes a unit with one press, by a key made in this browser, and counts who obeys; opening asks once more', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    county.change([...county.phones.values()].map((one) => ({ ...one, online: one.terminal !== 'A-9' })));
    await ana.press('Lock down: Unit A');
    await ana.page.getByRole('dialog', { name: 'This browser has no key' }).waitFor();
    await ana.page.keyboard.press('Escape');
    await ana.goes('Keys');
    await ana.press('Make a key and ask for it');
    await ana.press('Refuse: J. Alvarez');
    await ana.press('Ask for it');
    await ana.reads('Asked for.');
    await ana.press('Put it in force');
    await ana.reads('Accepted: orders can be given from here.');
    await ana.goes('Live');
    await ana.press('Lock down: Unit A');
    const panel = ana.page.getByRole('article', { name: 'Unit A' });
    await panel.getByText('12 of 14 obeyed').first().waitFor();
    const text = await panel.innerText();
    expect(text).toMatch(/Not answering \(1\) A-9/);
    expect(text).toMatch(/Refused \(1\) A-3 \(given 11 minutes from now/);
    await until(async () => expect(await panel.getByRole('status').innerText()).toContain('Unit A: 12 of 14 obeyed.'));
    expect(phone('A-1').lockdown).toMatchObject({ state: 'lockdown', mode: 'drop', source: 'unit' });
    const inForce = ana.page.getByRole('region', { name: 'In force' });
    await until(async () =>
      expect(await inForce.innerText()).toMatch(
        /Unit A: Locked down by J\. Alvarez since .* · until it is opened · calls end now · .* · 12 of 14 obeyed/,
      ),
    );
    // Whose page did not give the order is told the same.
    await ana.page.reload();
    await inForce.getByText(/by J\. Alvarez since/).waitFor();
    await ana.press('Open: Unit A');
    expect(phone('A-1').lockdown?.state).toBe('lockdown');
    await ana.press('Open Unit A');
    await until(() => expect(phone('A-1').lockdown?.state).toBe('open'));
    await ana.page.getByText('One press:').first().click();
    await ana.page.locator('input[value="drain"]').check();
    await ana.page.getByLabel('Why').fill('Count 12');
    await ana.press('Lock down all: Whole facility');
    await until(() =>
      expect(phone('E-14').lockdown).toMatchObject({ mode: 'drain', reason: 'Count 12', source: 'facility' }),
    );
    // Where the site wants two people for it, what opens the facility waits for the second.
    county.twoPeople = true;
    await ana.press('Open all: Whole facility');
    await ana.press('Open Whole facility');
    await inForce.getByText('You asked for it: somebody else approves it.').waitFor();
    await ana.page.getByRole('button', { name: 'Take back: Open the whole facility.' }).waitFor();
    expect(await ana.page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
    expect(phone('E-14').lockdown?.state).toBe('lockdown');
    expect(await ana.barriers()).toEqual([]);
    for (const one of county.waiting.values()) one.own = false;
    await ana.page.reload();
    await ana.press('Approve: Open the whole facility.');
    await until(() => expect(phone('E-14').lockdown?.state).toBe('open'));
    await until(async () => expect(await inForce.innerText()).toMatch(/All open.*Opened by J\. Alvarez/));
    expect(ana.complaints).toEqual([]);
  });

  it('cuts off a call with a second press', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    await ana.getsKey();
    const call = {
      call: crypto.randomUUID(),
      caller: null,
      name: null,
      number: null,
      pays: null,
      rate: null,
      privileged: false,
      recorded: false,
      accepted: null,
      ends: null,
    };
    county.change([
      { ...phone('A-1'), online: true, phase: 'talking', call: call as NonNullable<ReturnType<typeof phone>['call']> },
    ]);
    await ana.row('A-1').getByRole('button').click();
    await ana.press('Cut off the call');
    expect(phone('A-1').call).not.toBeNull();
    await ana.press('Press again: the call ends now');
    await until(() => expect(phone('A-1')).toMatchObject({ call: null, ending: 'cut-off' }));
  });

  it('says that what is shown is not of now, and comes back by itself', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    await ana.row('A-1').waitFor();
    county.tell({ type: 'link', at: new Date().toISOString(), state: 'down' });
    await ana.reads('The platform hears nothing of the phones.');
    county.tell({ type: 'link', at: new Date().toISOString(), state: 'up' });
    await ana.row('A-2').getByRole('button').focus();
    county.phones.delete('A-1');
    county.drop();
    await ana.reads('Connection lost.');
    await until(() => expect(county.followers).toBe(1));
    await until(async () => expect(await ana.page.getByText('Connection lost.').count()).toBe(0));
    await ana.reads('69 phones');
    expect(await ana.row('A-1').count()).toBe(0);
    expect(await ana.page.evaluate('document.activeElement.textContent')).toBe('A-2');
  });

  it('admits a caller, whose PIN stands on a slip that is shown once', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    await ana.goes('Callers');
    await ana.press('Admit a caller');
    const dialog = ana.page.getByRole('dialog', { name: 'Admit a caller' });
    await dialog.getByLabel('Name').fill('Rosa Delgado');
    await dialog.locator('select[name="language"]').selectOption('es');
    // The first time it is lost on the way: what is asked again is the same change, by its key.
    const keys: (string | undefined)[] = [];
    await ana.page.route('**/api/facilities/county/callers', (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      return keys.length === 1 ? route.abort() : route.continue();
    });
    await ana.press('Admit and make a PIN');
    const slip = ana.page.getByRole('dialog', { name: 'PIN of Rosa Delgado' });
    await slip.getByText('1001 7392').waitFor();
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{36}$/), keys[0]]);
    await ana.page.unroute('**/api/facilities/county/callers');
    expect(ana.complaints.splice(0)).toEqual([expect.stringContaining('net::ERR_FAILED')]);
    await ana.page.emulateMedia({ media: 'print' });
    expect(await slip.isVisible()).toBe(true);
    expect(await ana.page.getByRole('button', { name: 'Print the slip' }).isVisible()).toBe(false);
    await ana.page.emulateMedia({ media: 'screen' });
    await ana.press('It is handed over');
    await until(async () => expect(await ana.page.getByText('1001 7392').count()).toBe(0));
    await ana.page.getByLabel('Find by name, number or unit').fill('rosa');
    await ana.reads('1 caller');
    await ana.press('Rosa Delgado');
    await ana.press('Suspend');
    await ana.page.getByLabel('Why').fill('in segregation');
    await ana.page
      .getByRole('dialog', { name: 'Suspend: Rosa Delgado' })
      .getByRole('button', { name: 'Suspend' })
      .click();
    await ana.page.getByRole('button', { name: 'Let him call again' }).waitFor();
    await ana.press('Change');
    const change = ana.page.getByRole('dialog', { name: 'Change: Rosa Delgado' });
    await change.getByLabel('Calls a day').fill('4');
    await change.getByLabel('Wait between calls, minutes').fill('30');
    await change.getByLabel('Hours of his own').check();
    await change.getByLabel('Monday').fill('08:00-11:00, 13:00-21:00');
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Save');
    const sheet = ana.page.getByRole('dialog', { name: 'Rosa Delgado', exact: true });
    await sheet.getByText('Monday 08:00-11:00, 13:00-21:00').waitFor();
    await ana.press('Move');
    await ana.page.locator('select[name="unit"]').selectOption('C');
    await ana.page.getByLabel('Why').fill('classified');
    await ana.page.getByRole('dialog', { name: 'Move: Rosa Delgado' }).getByRole('button', { name: 'Move' }).click();
    await until(async () => expect(await sheet.innerText()).toMatch(/Unit\s+C\s.*Calls a day\s+4\s.*30 minutes/s));
    expect(await ana.barriers()).toEqual([]);
    expect(ana.complaints).toEqual([]);
  });

  it('fills lists: what callers ask for is approved or declined, a table says first what it changes; blocks are lifted with a reason', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    const ada = await someone({ viewport: { width: 390, height: 800 } });
    await ada.page.goto(`${served.url}#/attorney/county`);
    for (const [label, text] of [
      ['Your name', 'Ada Stone'],
      ['State and bar number', 'IL 6301234'],
      ['Telephone number', '+12025550177'],
      ['E-mail', 'ada@stone.example'],
    ] as const)
      await ada.page.getByLabel(label).fill(text);
    expect(await ada.barriers()).toEqual([]);
    await ada.press('Ask');
    await ada.reads('It was asked.');
    await ana.goes('Numbers');
    await ana.press('Approve: Ada Stone');
    const bar = ana.page.getByRole('dialog', { name: 'Approve: Ada Stone' });
    await bar.getByLabel('Why').fill('bar roll');
    await bar.getByRole('button', { name: 'Approve' }).click();
    await bar.waitFor({ state: 'detached' });
    await ana.reads('dialed 3 times');
    await ana.press('Approve: +12025550142, 1001');
    const approving = ana.page.getByRole('dialog', { name: 'Approve: +12025550142' });
    await approving.getByLabel("Private, as a lawyer's").check();
    await approving.getByLabel('Why').fill('bar card seen');
    expect(await ana.barriers()).toEqual([]);
    await approving.getByRole('button', { name: 'Approve' }).click();
    await until(async () => expect(await ana.page.getByText('+12025550142').count()).toBe(0));
    await ana.press('Decline: +13035550119, 1005');
    await ana.page.getByRole('dialog', { name: 'Decline: +13035550119' }).getByLabel('Why').fill('a victim');
    await ana.press('Decline');
    const wishes = ana.page.getByRole('region', { name: 'Numbers that callers ask for' });
    await wishes.getByLabel('State').selectOption('declined');
    await ana.reads('a victim');

    await ana.press('Lift: +13035550111');
    const lifting = ana.page.getByRole('dialog', { name: 'Lift: +13035550111' });
    await lifting.getByText('The called party blocked it.').waitFor();
    await lifting.getByLabel('Why').fill('asked for by letter, called back');
    await lifting.getByRole('button', { name: 'Lift' }).click();
    await until(async () => expect(await ana.page.getByText('+13035550111').count()).toBe(0));
    await ana.page.getByLabel('Those that were lifted').check();
    await ana.reads('asked for by letter, called back');
    await ana.page.getByLabel('Those that were lifted').uncheck();
    await ana.press('Block a number');
    const blocking = ana.page.getByRole('dialog', { name: 'Block a number' });
    await blocking.getByLabel('Number, or pattern').fill('202-555-01??');
    await blocking.getByLabel('For one caller').fill('1003');
    await blocking.getByLabel('Why').fill('co-defendants');
    await blocking.getByRole('button', { name: 'Block a number' }).click();
    await ana.reads('+120255501??');
    await ana.reads('for caller 1003');

    const table = ana.page.getByRole('region', { name: 'Numbers from a table' });
    await table.getByLabel('Or paste the table').fill('caller,number\n1001,+12025550160\n1002,911');
    await table.getByLabel('Why').fill('intake');
    await ana.press('Show what it changes');
    await ana.reads('Line 3: number: a number in international form');
    expect(await ana.page.getByRole('button', { name: 'Make 1 change' }).isDisabled()).toBe(true);
    await table.getByLabel('Or paste the table').fill('caller,number\n1001,+12025550160\n1002,+12025550161');
    await ana.press('Show what it changes');
    await ana.reads('New: 2. Changed: 0. As they are: 0.');
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Make 2 changes');
    await ana.reads('2 entries were changed.');

    await ana.goes('Callers');
    await ana.press('Ana Morales');
    const sheet = ana.page.getByRole('dialog', { name: 'Ana Morales', exact: true });
    await sheet.getByText('by J. Alvarez').first().waitFor();
    expect(await sheet.innerText()).toMatch(/\+12025550142 Private: not recorded/);
    await ana.press('Put a number on his list');
    await ana.page
      .getByRole('dialog', { name: 'Put a number on his list' })
      .getByLabel('Number', { exact: true })
      .fill('(202) 555-0150');
    await ana.page.getByLabel('Why').fill('his sister');
    await ana.press('Save');
    await sheet.getByText('+12025550150').waitFor();
    await ana.press('Take off: +12025550150');
    await ana.page.getByLabel('Why').fill('she asked');
    await ana.press('Take off');
    await until(async () => expect(await sheet.getByText('+12025550150').count()).toBe(0));
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Release');
    await ana.page.getByLabel('Why').fill('bail');
    await ana.page
      .getByRole('dialog', { name: 'Release: Ana Morales' })
      .getByRole('button', { name: 'Release' })
      .click();
    await ana.reads('Ana Morales is released. To be paid out: $12.40.');
    expect(ana.complaints).toEqual([]);
  });

  it('says how many alerts wait, as soon as one comes, and who has seen which', async () => {
    const ana = await someone();
    const { page } = ana;
    await ana.signIn(served.url);
    await page.getByRole('link', { name: '0 alerts' }).waitFor();
    county.alert(alertsOf());
    await page.getByRole('link', { name: '2 alerts' }).click();
    await ana.reads('See that the phone was hung there by a technician');
    await ana.reads(/3 times, from .* to /);
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Acknowledge: Another phone in its place, A-3');
    await page.getByRole('link', { name: '1 alert', exact: true }).waitFor();
    await until(async () => expect(await page.getByText('See that the phone was hung').count()).toBe(0));
    await page.getByLabel('State').selectOption('acknowledged');
    await ana.reads('acknowledged by Ana Morales from 10.0.4.17');
    expect(await ana.barriers()).toEqual([]);
    expect(ana.complaints).toEqual([]);
  });

  it('looks for records, those of refused attempts by what was dialled, and saves all that are found as a table', async () => {
    const ana = await someone();
    const { page } = ana;
    await ana.signIn(served.url);
    await ana.goes('Records');
    await page.getByRole('row', { name: 'Ana Morales' }).waitFor();
    await page.getByLabel('Number', { exact: true }).fill('(202) 555-0177');
    await ana.press('Search');
    await page.getByRole('row', { name: 'Ana Morales' }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: '1003 Luis Ortega +12025550177 dialed, refused' }).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save all as CSV' }).click();
    const file = await saving;
    expect(file.url()).toContain('/records.csv?number=%2B12025550177');
    expect(file.suggestedFilename()).toBe('records-county.csv');
    expect(await ana.barriers()).toEqual([]);

    await ana.goes('Reports');
    await ana.reads('Calls, hour of the day. Most: 30 (21)');
    // Hours in which nothing was have their place too.
    expect(await page.locator('.chart rect').count()).toBe(24);
    await page.getByLabel('What').selectOption('money');
    await page.getByRole('combobox', { name: 'By', exact: true }).selectOption('unit');
    await ana.reads('Charged, unit. Most: $6.30 (C)');
    await page.getByText('As a table').click();
    await page.getByRole('row', { name: 'B $3.60' }).waitFor();
    await page.getByRole('row', { name: 'A-3 21:00 4' }).waitFor();
    await page.getByRole('row', { name: '+12025550123 1001, 1004 14 2' }).waitFor();
    await page.getByRole('row', { name: 'A-7 A 2 1:30:00 1:15:00 Keypad fault, Not answering since' }).waitFor();
    await page.getByRole('row', { name: 'B-2 B 1 1:30 1:30 No line to the exchange' }).waitFor();
    expect(await ana.barriers()).toEqual([]);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await ana.tooWide()).toBeLessThanOrEqual(0);
    expect(ana.complaints).toEqual([]);
  });

  it('sets a facility up: a holiday, a unit, how its phones treat a call, and hotlines signed in this browser', async () => {
    const ana = await someone();
    const { page } = ana;
    await ana.signIn(served.url);
    await ana.getsKey();
    await ana.goes('Facility');
    const part = (name: string) => page.getByRole('region', { name, exact: true });
    const sheet = (name: string) => page.getByRole('dialog', { name, exact: true });

    await part('Holidays').getByRole('button', { name: 'Change' }).click();
    await ana.press('Add a holiday');
    await page.getByLabel('Date').fill('2026-12-25');
    await page.getByRole('textbox', { name: 'Name' }).fill('Christmas');
    await page.getByLabel('Hours').fill('08:00-11:00, 13:00-15:00');
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Save');
    await part('Holidays').getByText('2026-12-25 Christmas · 08:00-11:00, 13:00-15:00').waitFor();

    await ana.press('Add a unit');
    await page.getByLabel('Unit', { exact: true }).fill('F');
    await page.getByLabel('Longest call, minutes').fill('10');
    await ana.press('Save');
    await part('Units').getByRole('row', { name: 'F 0 10 minutes as the facility' }).waitFor();
    await part('Units').getByRole('button', { name: 'F', exact: true }).click();
    await ana.press('Take the unit out');
    await part('Units').getByRole('button', { name: 'F', exact: true }).waitFor({ state: 'detached' });

    await part('Units').getByRole('button', { name: 'A', exact: true }).click();
    await sheet('Unit A').getByRole('button', { name: 'A-1' }).click();
    await page.getByLabel('Hours of its own, within those of its unit').check();
    await page.getByLabel('Monday').fill('09:00-10:00');
    expect(await ana.barriers()).toEqual([]);
    await sheet('Hours: A-1').getByRole('button', { name: 'Save' }).click();
    await sheet('Hours: A-1').waitFor({ state: 'detached' });
    await sheet('Unit A').getByText('Monday 09:00-10:00').waitFor();
    await page.keyboard.press('Escape');

    const phones = part('How the phones treat a call');
    await phones.getByText('each phone does what its own file says').waitFor();
    await phones.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('to refuse').fill('1');
    await page.getByLabel('Offered first').selectOption('es');
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Save');
    await sheet('How the phones treat a call').getByText('each wants a digit of its own').waitFor();
    await page.getByLabel('to refuse').fill('5');
    await ana.press('Save');
    await phones.getByText('0 of 70 phones have it.').waitFor();
    await phones.getByText('Spanish, English').waitFor();
    county.change(['A-1', 'A-2'].map((one) => ({ ...phone(one), settings: 1 })));
    await phones.getByText('2 of 70 phones have it.').waitFor();

    await part('Hotlines').getByRole('button', { name: 'Change' }).click();
    await ana.press('Add a hotline');
    await page.getByLabel('Code').fill('*77');
    await page.getByLabel('Number', { exact: true }).fill('+18005550177');
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Sign and give to the phones');
    await part('Hotlines').getByText('*77 +18005550177 · 15 minutes').waitFor();
    expect(ana.complaints).toEqual([]);
  });

  it('makes a token for a machine, which is shown once, and ends it', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    await ana.goes('People');
    await ana.press('Make a token');
    const dialog = ana.page.getByRole('dialog', { name: 'Make a token' });
    await dialog.getByLabel('Name').fill('jail management system');
    expect(await ana.barriers()).toEqual([]);
    await dialog.getByRole('button', { name: 'Make a token' }).click();
    await dialog.getByRole('alert').getByText('rights').waitFor();
    await dialog.getByLabel('callers.read').check();
    await dialog.getByRole('button', { name: 'Make a token' }).click();
    const made = ana.page.getByRole('dialog', { name: 'Tokens of machines' });
    await made.getByText('tp_once').waitFor();
    await made.getByRole('button', { name: 'Close' }).click();
    await ana.page.getByText('tp_once').waitFor({ state: 'detached' });
    await ana.reads('callers.read');
    await ana.press('End it: jail management system');
    await ana.page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await ana.reads('None: no machine works with this facility.');
    expect(ana.complaints).toEqual([]);
  });

  it('lets in who comes by a link, and shows him codes for the day that his telephone is lost', async () => {
    const ana = await someone();
    await ana.page.goto(`${served.url}#/welcome/AbCdEf`);
    await ana.page.getByLabel('Your name').fill('Ana Morales');
    await ana.page.getByLabel('A password of your own').fill('twelve little letters');
    await ana.page.getByRole('img', { name: 'Code for the camera of your telephone' }).waitFor();
    await ana.page.getByLabel('Code of six digits').fill(OFFICER.code);
    expect(await ana.barriers()).toEqual([]);
    await ana.press('Come in');
    await ana.reads('ABCD-EFGH');
    await ana.press('I have kept them');
    await ana.reads('County Jail');
    expect(ana.complaints).toEqual([]);
  });

  it('lets somebody change his own proofs, by his password', async () => {
    const ana = await someone();
    await ana.signIn(served.url);
    await ana.goes('J. Alvarez: My account');
    await ana.press('Change the password');
    await ana.page.getByLabel('Your password now').fill('something else');
    await ana.page.getByLabel('New password').fill('Violet harbour 77');
    await ana.press('Save');
    await ana.reads('the password is wrong');
    expect(await ana.barriers()).toEqual([]);
    await ana.page.getByLabel('Your password now').fill(OFFICER.password);
    await ana.press('Save');
    await ana.reads('Your password is changed.');
    await ana.press('Set up another app');
    await ana.page.getByRole('img', { name: 'Code for the camera of your telephone' }).waitFor();
    expect(await ana.barriers()).toEqual([]);
    await ana.page.getByLabel('Your password now').fill(OFFICER.password);
    await ana.page.getByLabel('Code of six digits').fill(OFFICER.code);
    await ana.press('Save');
    await ana.reads('From now on the new app shows your codes.');
    await ana.press('Make new codes');
    await ana.page.getByLabel('Your password now').fill(OFFICER.password);
    await ana.page.keyboard.press('Enter');
    await ana.reads('YZ23-4567');
    await ana.page.emulateMedia({ media: 'print' });
    expect(await ana.page.getByText('YZ23-4567').isVisible()).toBe(true);
    expect(await ana.page.getByText('Passkeys', { exact: true }).isVisible()).toBe(false);
    await ana.page.emulateMedia({ media: 'screen' });
    await ana.press('I have kept them');
    await ana.press('Remove: Own telephone');
    await ana.page.getByLabel('Your password now').fill(OFFICER.password);
    await ana.page.keyboard.press('Enter');
    await until(async () => expect(await ana.page.getByText('Own telephone').count()).toBe(0));
    await ana.press('Sign out everywhere else');
    await until(async () => expect(await ana.page.getByText('Elsewhere').count()).toBe(0));
    expect(ana.complaints.filter((said) => !said.includes('status of 403'))).toEqual([]);
  });

  describe.each([
    { width: 320, colorScheme: 'dark', locale: 'es-MX' },
    { width: 320, colorScheme: 'light', locale: 'en-US' },
    { width: 1280, colorScheme: 'dark', locale: 'en-US' },
    { width: 1280, colorScheme: 'light', locale: 'es-MX' },
  ] as const)('at $width px, $colorScheme, $locale', ({ width, colorScheme, locale }) => {
    it('has no barrier that axe-core finds, and nothing is wider than the window', async () => {
      const ana = await someone({ viewport: { width, height: 800 }, colorScheme, locale });
      const fine = async () => {
        expect(await ana.barriers()).toEqual([]);
        expect(await ana.tooWide()).toBeLessThanOrEqual(0);
      };
      await ana.page.goto(served.url);
      await ana.page.locator('input[name="email"]').waitFor();
      await fine();
      await ana.signIn(served.url);
      await ana.row('A-1').waitFor();
      await fine();
      await ana.page.locator('summary').first().click();
      await fine();
      await ana.row('A-1').getByRole('button').click();
      await ana.page.getByRole('dialog').waitFor();
      await fine();
      await ana.page.keyboard.press('Escape');
      county.alert(alertsOf());
      for (const link of await ana.page.getByRole('banner').getByRole('link').all()) {
        await link.click();
        await ana.page.waitForTimeout(300);
        await fine();
      }
      expect(ana.complaints).toEqual([]);
    });
  });
});
