import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { servePage } from '../../../sim/page/server.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { type Instant, type Money, millis } from '../../../src/protocol/units.ts';
import { barriers } from '../../web/axe.ts';
import { contrasts, misnamed, nameless } from './accessibility.ts';
import { CALLEE_TONE, FakeWorld, NUMBER, PIN, TONES } from './fake-world.ts';
import { hasChromium, openBrowser, Person } from './person.ts';

/** How often Tab is pressed until the focus is on the button that says `text`. */
async function tabsTo(page: Page, text: string): Promise<number> {
  for (let i = 1; i <= 60; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`document.activeElement.textContent === "${text}"`)) return i;
  }
  throw new Error(`no Tab leads to ${text}`);
}

/** Where each control stands on the page, px. */
const places = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('main button, main select, main input')].map((control, i) => {
    const { left, top } = control.getBoundingClientRect();
    return i + ': ' + [left + scrollX, top + scrollY].map(Math.round).join(', ');
  })`);

/** Lines of the timeline in which time, source and text do not stand one after another. */
const outOfOrder = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('.entry')].filter((line) => {
    const lefts = [...line.children].map((part) => part.getBoundingClientRect().left);
    return lefts.some((left, i) => i > 0 && left < lefts[i - 1]);
  }).map((line) => line.textContent)`);

const until = (look: () => void | Promise<void>) => vi.waitFor(look, { timeout: 30_000, interval: 50 });

describe.skipIf(!hasChromium)('the page in Chromium (Debian package chromium)', () => {
  let dist: string;
  let browser: Browser;
  let world: FakeWorld;
  let served: Awaited<ReturnType<typeof servePage>>;

  beforeAll(async () => {
    dist = await mkdtemp(join(tmpdir(), 'page-dist-'));
    const configFile = join(packageRoot(), 'sim/page/web/vite.config.ts');
    await build({ configFile, build: { outDir: dist }, logLevel: 'warn' });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(dist, { recursive: true });
  });

  beforeEach(async () => {
    world = new FakeWorld();
    served = await servePage(world, { host: '127.0.0.1', port: 0, dist });
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await served.close();
    await world.close();
  });

  async function person(options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
    const someone = new Person(await context.newPage());
    await someone.visit(served.url);
    return someone;
  }

  it('leads a person through a first call, with sound', async () => {
    const ana = await person();
    await ana.reads('Ready. Lift the handset.');
    await ana.opens('Timeline');
    await ana.hook();
    await ana.sees('Offhook');
    // -15 dB: a sine of 8,000 of 32,768 has an RMS of -15.2 dB, so what is played is what was sent.
    await ana.hears('earpiece', TONES.language ?? 0);
    await until(async () => expect(await ana.level('earpiece')).toBeCloseTo(-15.2, 0));
    await ana.key('1');
    await ana.sees('PIN');
    await ana.hears('earpiece', TONES.pin ?? 0);
    await ana.key(PIN);
    await ana.sees('Dialing');
    await ana.key(`${NUMBER}#`);
    await ana.sees('Ringing');
    await ana.hears('earpiece', TONES.ringing ?? 0);
    await ana.callee('answer');
    await ana.sees('Greeting');
    expect(await ana.level('callee')).toBeLessThan(-80);
    await ana.callee('accept');
    await ana.sees('Talking');
    await ana.hears('earpiece', TONES.talking ?? 0);
    await ana.hears('callee', CALLEE_TONE);
    await ana.reads('14:5');
    await ana.reads('$12.40');
    await ana.callee('hang-up');
    await ana.reads('Last ending: The called party hung up.');
    await ana.hook();
    await ana.hearsNothing('earpiece');
    await ana.reads('Accepted: the parties talk');
    await ana.opens('Ledger');
    await ana.page.getByRole('cell', { name: 'Ana Morales' }).waitFor();
    await ana.opens('MQTT');
    await ana.page.locator('.mqtt summary').first().click();
    await ana.reads('"callee-hung-up"');
    await ana.page.getByPlaceholder('Filter').fill('authorise');
    expect(await ana.page.locator('.mqtt summary').count()).toBe(1);
    expect(ana.complaints).toEqual([]);
  });

  it('is led from the computer keyboard alone', async () => {
    const me = await person();
    const { page } = me;
    await page.keyboard.press('l');
    await me.sees('Offhook');
    await page.keyboard.press('1');
    await me.sees('PIN');
    await page.keyboard.type(PIN);
    await me.sees('Dialing');
    await page.keyboard.type(`${NUMBER}#`);
    await me.sees('Ringing');
    await me.hears('earpiece', TONES.ringing ?? 0);
    expect(await tabsTo(page, 'Answer')).toBeLessThanOrEqual(16);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.reload();
    await me.sees('Ringing');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await tabsTo(page, 'Answer')).toBe(1);
    await page.keyboard.press('Enter');
    await me.sees('Greeting');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Answer');
    expect(await tabsTo(page, 'Accept')).toBe(1);
    await page.keyboard.press('Escape');
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('Space');
    await me.reads('Last ending: The caller hung up.');
  });

  it('keeps digits typed into a field from the phone', async () => {
    const me = await person();
    await me.page.getByLabel('Reason').fill('');
    await me.page.getByLabel('Reason').pressSequentially('Count 12 l');
    await me.orders('unit', 'Disabled');
    await until(() =>
      expect(world.deeds).toEqual([
        { do: 'lockdown', scope: 'unit', state: 'disabled', mode: 'drop', reason: 'Count 12 l' },
      ]),
    );
    await me.reads('Disabled by unit, calls in progress are dropped: Count 12 l');
  });

  it('presses a key once for a touch, and shows its click', async () => {
    const me = await person({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 780 } });
    await me.page.getByRole('button', { name: 'Handset lifted' }).tap();
    await me.sees('Offhook');
    await me.page.locator('.keypad [data-key="2"]').tap();
    await me.reads('Español');
    expect(world.deeds).toEqual([{ do: 'lift' }, { do: 'key', key: '2' }]);
  });

  it('types what the card offers, and leads a whole call', async () => {
    const me = await person();
    await me.page.getByRole('button', { name: `PIN ${PIN}: key it, as Ana Morales` }).click();
    await me.reads('Lift the handset first.');
    expect(world.deeds).toEqual([]);
    await me.page.getByRole('button', { name: 'Call for me: Ana Morales' }).click();
    await me.sees('Ringing');
    expect(world.deeds.flatMap((d) => (d.do === 'key' ? [d.key] : [])).join('')).toBe(`1${PIN}${NUMBER}#`);
    await me.page.getByLabel('By itself it').selectOption('busy');
    await until(() => expect(world.deeds.at(-1)).toEqual({ do: 'callee-habit', habit: 'busy' }));
  });

  it('locks a facility down with one press, and opens it with one more', async () => {
    const me = await person();
    await world.lead('talking');
    await me.sees('Talking');
    await me.page.getByRole('button', { name: 'Lock down the facility' }).click();
    await me.reads('Last ending: The phones are locked down.');
    await me.reads('Locked down');
    await me.hook();
    await me.reads('No calls: facility is under lockdown.');
    await me.page.getByRole('button', { name: 'Reopen the facility' }).click();
    await me.reads('In service');
  });

  it('sends the microphone while the handset is lifted, until it is stopped', async () => {
    const me = await person();
    await me.page.getByRole('button', { name: 'Use my microphone' }).click();
    await me.reads('Your voice goes to the phone.');
    expect(world.microphone).toEqual([]);
    await me.hook();
    // The fake device of Chromium beeps once a second.
    await until(() => expect(Math.max(...world.microphone)).toBeGreaterThan(1_000));
    await me.page.getByRole('button', { name: 'Stop microphone' }).click();
    await me.reads('A made-up voice speaks for you.');
    const before = world.microphone.length;
    await me.hears('earpiece', TONES.language ?? 0);
    expect(world.microphone.length - before).toBeLessThan(10);
  });

  it('gives the handset to somebody, and answers in the voice that is chosen', async () => {
    const me = await person();
    await me.page.getByLabel('At the handset').selectOption("James's voice");
    await until(() => expect(world.snapshots.value.mouth).toBe('james'));
    expect(await me.page.getByRole('button', { name: 'Answer as Daniel' }).isDisabled()).toBe(true);
    world.snapshots.next({ ...world.snapshots.value, hook: 'off', phase: 'verifying', asked: '47291' });
    await me.reads('Asked to say 4 7 2 9 1');
    await me.page.getByRole('button', { name: 'Answer as Daniel' }).click();
    await until(() =>
      expect(world.deeds).toEqual([
        { do: 'hand', to: 'james' },
        { do: 'say-digits', speaker: 'daniel' },
      ]),
    );
    expect(await nameless(me.page)).toEqual([]);
    expect((await contrasts(me.page)).filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    for (const width of [320, 700, 1280]) {
      await me.page.setViewportSize({ width, height: 900 });
      expect(await me.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });

  it('says that the connection is lost, comes back by itself and shows the state as it is then', async () => {
    const me = await person();
    await me.hook();
    await me.sees('Offhook');
    // What plays sound is a file of the server's: it is here before the server is gone.
    await me.hears('earpiece', TONES.language ?? 0);
    const port = Number(new URL(served.url).port);
    await served.close();
    await me.reads('Connection lost.');
    await me.key('1');
    await me.reads('Not connected: nothing was done.');
    await world.act({ do: 'key', key: '2' });
    served = await servePage(world, { host: '127.0.0.1', port, dist });
    await me.page.getByText('Connection lost.').waitFor({ state: 'detached' });
    await me.sees('PIN');
    await me.reads('Español');
    await me.hears('earpiece', TONES.pin ?? 0);
  });

  it('shows no words of engineers unless asked for, and then again at the next visit', async () => {
    const me = await person();
    await world.lead('talking');
    await me.sees('Talking');
    const words = /MQTT|SIP|Timeline|Platform up|MOS|Stop platform/;
    expect(await me.page.locator('body').innerText()).not.toMatch(words);
    await me.page.getByLabel('For engineers').check();
    for (const tab of ['Timeline', 'MQTT']) await me.page.getByRole('tab', { name: tab }).waitFor();
    await me.page.reload();
    await me.page.getByRole('button', { name: 'Stop platform' }).waitFor();
  });

  it('has doors, of which two lead to one end of a call each', async () => {
    const me = await person();
    await me.page.goto(served.url);
    await me.page.getByRole('link', { name: 'The control room' }).waitFor();
    await me.page.getByRole('link', { name: 'The called party', exact: false }).first().click();
    await world.lead('ringing');
    await me.callee('answer');
    expect(await me.page.getByRole('button', { name: 'Handset lifted' }).count()).toBe(0);
    await me.page.getByRole('link', { name: 'Tierphone' }).click();
    await me.page.getByRole('link', { name: 'The phone' }).click();
    await me.sees('Greeting');
    expect(await me.page.getByRole('region', { name: 'Called party' }).count()).toBe(0);
  });

  it('shows at both ends what is said there, and who says it', async () => {
    const me = await person();
    const at = Date.now() as Instant;
    const caller = [
      { at, who: 'phone', language: 'en', text: 'Enter your PIN.' },
      { at, who: 'maria', language: 'es', text: 'Cuatro. Siete.' },
    ] as const;
    const callee = [{ at, who: 'phone', language: 'en', text: 'Hello. You have a call from Ana Morales.' }] as const;
    world.snapshots.next({ ...world.snapshots.value, captions: { caller, callee } });
    const log = (name: string) => me.page.getByRole('log', { name });
    await log('What is said at the phone').getByText('Enter your PIN.').waitFor();
    await log('What is said at the phone').getByText('Maria Cuatro. Siete.').waitFor();
    expect(await log('What is said at the phone').locator('[lang="es"]').innerText()).toBe('Cuatro. Siete.');
    await log('What is said to the called party').getByText('Hello. You have a call from').waitFor();
    expect(await log('What is said to the called party').innerText()).not.toContain('PIN');
  });

  it('asks for a second press of what is not undone: to block, and to start over', async () => {
    const me = await person();
    await world.lead('ringing');
    await me.callee('answer');
    world.snapshots.next({ ...world.snapshots.value, blocking: true });
    await me.page.getByRole('button', { name: 'Block: again' }).click();
    await me.page.getByRole('button', { name: 'Lift its block' }).click();
    await me.reads('Staff have lifted the block');
    await me.page.goto(served.url);
    await me.page.getByRole('button', { name: 'Start over' }).click();
    await me.reads('All calls, charges, blocks and keys of this demonstration are forgotten.');
    expect(world.deeds.at(-1)).toEqual({ do: 'unblock' });
    await me.page.getByRole('button', { name: 'Press again to start over' }).click();
    await until(() => expect(world.deeds.at(-1)).toEqual({ do: 'start-over' }));
  });

  it("tells of a call by names and the facility's own time, and of a private one that it is not recorded", async () => {
    const me = await person({ timezoneId: 'Asia/Tokyo' });
    const call = { call: 'c', lifted: Date.UTC(2026, 0, 5, 18, 4, 9) as Instant, caller: 'Ana Morales', number: null };
    world.lines.push({
      ...{ ...call, talked: millis(0), ending: 'no-answer', during: 'ringing', bound: null },
      ...{ privileged: true, charged: 0 as Money },
    });
    world.snapshots.next({ ...world.snapshots.value, hook: 'off', phase: 'talking', recording: 'private' });
    const row = me.page.getByRole('row', { name: /Ana Morales/ });
    await row.getByText('12:04:09 PM').waitFor();
    await row.getByText('Private: not recorded.').waitFor();
    await me.page.getByRole('columnheader', { name: /Lifted \(C[SD]T\)/ }).waitFor();
    await me.page.getByRole('region', { name: 'The call' }).getByText('Private: not recorded.').waitFor();
    await me.reads('Demo County Jail');
    await me.reads('Unit pod-b');
  });

  it.each([390, 1_280])('keeps every button where it is while a call goes on, %i px wide', async (width) => {
    const me = await person({ viewport: { width, height: 900 } });
    const before = await places(me.page);
    expect(before.length).toBeGreaterThan(40);
    const { value } = world.snapshots;
    const text = 'A long sentence that is said to whoever listens at this end. '.repeat(3);
    const said = Array.from({ length: 6 }, (_, i) => ({
      ...({ at: i as Instant, who: 'phone', language: 'en', text: `${i} ${text}` } as const),
    }));
    const talking = {
      ...{ hook: 'off', phase: 'talking', callee: 'accepted', recording: 'private', asked: '47291', language: 'es' },
      ...{
        captions: { caller: said, callee: said },
        talked: millis(61_000),
        left: millis(3_000),
        balance: 9_999_000_000 as Money,
      },
      ...{ otherVoice: { since: 1 as Instant, until: null, ratio: -3, against: 'enrolment' }, mouth: 'maria' },
    };
    world.snapshots.next({ ...value, ...talking } as typeof value);
    await me.sees('Talking');
    expect(await places(me.page)).toEqual(before);
    const lockdown = {
      state: 'lockdown',
      source: 'facility',
      mode: 'drop',
      reason: 'Count of the evening, unit by unit',
    };
    world.snapshots.next({ ...value, phase: 'idle', ending: 'media-lost', lockdown } as typeof value);
    await me.reads('No calls: facility is under lockdown.');
    expect(await places(me.page)).toEqual(before);
  });

  it('says that they talk where a hotline is called, which is greeted by nobody', async () => {
    const me = await person();
    const now = world.snapshots.value;
    world.snapshots.next({ ...now, hook: 'off', phase: 'talking', callee: 'answered', recording: 'private' });
    const card = me.page.getByRole('region', { name: 'Called party' });
    await card.getByText('Talking').waitFor();
    expect(await card.getByRole('button', { name: 'Accept' }).isDisabled()).toBe(true);
    expect(await card.getByRole('button', { name: 'Hang up' }).isDisabled()).toBe(false);
  });

  it('moves nothing for those who want no motion', async () => {
    const me = await person({ reducedMotion: 'reduce' });
    await world.lead('ringing');
    await me.sees('Ringing');
    expect(await me.page.evaluate('document.getAnimations().length')).toBe(0);
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it('names all controls, can be read, and fits from a phone to a wall', async () => {
      const me = await person({ colorScheme });
      await world.lead('talking');
      await me.orders('unit', 'Lockdown');
      await me.orders('terminal', 'Disabled');
      await me.reads('Locked down');
      for (const tab of ['Timeline', 'MQTT', 'Ledger'] as const) {
        await me.opens(tab);
        expect(await nameless(me.page)).toEqual([]);
        expect(await misnamed(me.page)).toEqual([]);
        expect((await contrasts(me.page)).filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      }
      for (const door of ['both', 'phone', 'called-party', '']) {
        await me.page.goto(`${served.url}#/${door}`);
        await me.page.getByRole('main').waitFor();
        expect(await barriers(me.page)).toEqual([]);
      }
      await me.visit(served.url);
      await me.opens('Timeline');
      for (const width of [320, 360, 700, 900, 1280, 1920]) {
        await me.page.setViewportSize({ width, height: 900 });
        expect(await outOfOrder(me.page)).toEqual([]);
        expect(await me.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
    });
  });

  it('keeps the theme that was chosen', async () => {
    const me = await person({ colorScheme: 'light' });
    await me.page.getByRole('button', { name: 'Use the dark theme' }).click();
    await me.page.reload();
    await me.page.getByRole('button', { name: 'Use the light theme' }).waitFor();
    expect(await me.page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  });
});
