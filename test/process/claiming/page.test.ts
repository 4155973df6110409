import { base64url } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { BehaviorSubject, filter, firstValueFrom, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACILITY, TERMINAL } from '../../../sim/world/folder.ts';
import type { TerminalStatus } from '../../../src/protocol/messages.ts';
import { SelfTestResult } from '../../../src/protocol/self-test.ts';
import { steadiest, tone } from '../../interop/audio.ts';
import { type Card, openCard } from '../../interop/card.ts';
import { type Baresip, startBaresip } from '../../interop/peers/baresip.ts';
import { has, until } from '../../interop/peers/program.ts';
import { hasChromium, openBrowser } from '../../sim/page/person.ts';
import { dial } from '../dial.ts';
import { type Employee, PASSWORD, People } from '../people.ts';
import { Box } from './box.ts';
import { codeIn } from './hearing.ts';
import { Secrets } from './secrets.ts';
import { type ClaimedSite, hasClaimedSite, openClaimedSite } from './site.ts';
import { Thief } from './thief.ts';

type Online = Extract<TerminalStatus, { online: true }>;

const NUMBER = '+12025550123';
const LIMIT = 60_000;
/** The caller's tone and the far end's, Hz and dB below full scale: high, where the recordings have little. */
const NEAR = { frequency: 2_500, level: -15 };
const FAR = { frequency: 1_900, level: -12 };

describe.skipIf(!hasClaimedSite || !hasChromium || !has('baresip'))(
  'a phone out of its carton: compiled programs, Mosquitto, PostgreSQL, Kamailio, baresip, and the page in Chromium',
  () => {
    const status = new BehaviorSubject<Online | null>(null);
    /** Results of the self-tests that phones told of. */
    const tested: SelfTestResult[] = [];
    const secrets = new Secrets();
    const hung: { readonly box: Box; readonly card: Card }[] = [];
    let baresip: Baresip;
    let site: ClaimedSite;
    let browser: Browser;
    let technician: Employee;
    let page: Page;

    beforeAll(async () => {
      baresip = await startBaresip(NUMBER, tone(FAR.frequency, FAR.level));
      site = await openClaimedSite({ callee: `sip:127.0.0.1:${baresip.port}` });
      site.seen.messages.subscribe(({ topic, payload }) => {
        // What the thief says is none.
        if (!payload.toString().startsWith('{')) return;
        if (topic.endsWith(`/${TERMINAL}/events`)) noteTest(payload);
        if (topic.endsWith(`/${TERMINAL}/status`)) noteStatus(payload);
      });
      secrets.learnPlatform(site.folder);
      for (const text of [PASSWORD, '10014821']) secrets.text(text, text);
      const platform = await site.startPlatform();
      const people = new People(site.platform.url);
      const operator = await people.welcome(
        await platform.until(/#\/welcome\/[\w-]+/),
        'Olga Perez',
        'olga@example.gov',
      );
      technician = await people.invite(operator, 'tom@example.gov', 'Tom Reyes', ['technician']);
      browser = await openBrowser();
      page = await people.signIn(browser, technician);
    }, 240_000);
    afterAll(async () => {
      secrets.close();
      await browser?.close();
      for (const { box, card } of hung) {
        await box.close();
        card.close();
      }
      await site?.close();
      await baresip?.stop();
    });

    function noteTest(payload: Buffer): void {
      const { body } = JSON.parse(payload.toString()) as { body: { type: string; jws?: string } };
      if (body.type !== 'self-test-result') return;
      const signed = Buffer.from(base64url.decode(body.jws?.split('.')[1] ?? '')).toString();
      tested.push(SelfTestResult.parse(JSON.parse(signed).content));
    }
    function noteStatus(payload: Buffer): void {
      const { body } = JSON.parse(payload.toString()) as { body: TerminalStatus };
      status.next(body.online ? body : null);
    }
    const seen = (wanted: (status: Online) => boolean): Promise<Online> =>
      firstValueFrom(
        status.pipe(
          filter((now) => now !== null),
          filter(wanted),
          timeout({ first: LIMIT }),
        ),
      );

    async function hang(name: string): Promise<{ box: Box; card: Card }> {
      const card = openCard(NEAR.frequency, NEAR.level);
      const box = await Box.hang(site, name, card.audio);
      hung.push({ box, card });
      await box.start().until(/this phone is nobody’s yet/);
      return { box, card };
    }

    /** Lifts the handset, listens, and types on the page what is heard. */
    async function fit({ box, card }: { box: Box; card: Card }, press: () => Promise<void>): Promise<void> {
      box.board.lift();
      const hears = () => codeIn(card.played());
      await expect.poll(hears, { timeout: LIMIT, interval: 1_000 }).toMatch(/^\d{6}$/);
      const code = hears();
      await page.goto(`${site.platform.url}/#/${FACILITY}/fitting`);
      await page.getByRole('radio', { name: new RegExp(`^${TERMINAL} `) }).check();
      await page.getByLabel('Six digits', { exact: true }).fill(code ?? '');
      await press();
      await page.getByText(`${TERMINAL} is claimed`).waitFor();
      await box.program.until(new RegExp(`this phone is ${TERMINAL} of ${FACILITY} from now on`));
      box.board.hangUp();
      await box.program.until(/terminal \S+ is up/);
      await secrets.learnBox(box);
    }
    const press = (name: string | RegExp) => page.getByRole('button', { name }).click();

    /** The self-test after the claim is over; what it finds is that this microphone hears a tone alone, and no earpiece. */
    async function testsItself(count: number): Promise<void> {
      await until('its self-test', () => tested.length >= count, LIMIT);
      expect(tested[count - 1]?.by).toBe('claim');
      const failed = tested[count - 1]?.results.filter(({ verdict }) => verdict === 'failed');
      expect(failed?.map(({ part }) => part)).toEqual(['sound']);
    }

    /** A caller makes a call by it, and each hears the other. */
    async function calls({ box, card }: { box: Box; card: Card }): Promise<void> {
      await seen(({ registration, phase }) => registration === 'registered' && phase === 'idle');
      const accepting = setInterval(() => baresip.command('sndcode', '1'), 1_000);
      await dial({ until: seen }, box.board, { limit: LIMIT });
      await seen(({ phase }) => phase === 'talking').finally(() => clearInterval(accepting));
      const from = card.played().length;
      const far = () => steadiest(card.played(from), FAR.frequency, 16_000);
      await until('the called party here', () => far() > FAR.level - 1, LIMIT);
      const near = async () => steadiest(await baresip.heard(), NEAR.frequency, 8_000);
      await until('the caller there', async () => (await near()) > NEAR.level - 1, LIMIT);
      box.board.hangUp();
      await seen(({ phase }) => phase === 'idle');
    }

    it('is claimed by the digits that are heard, tests itself and calls; another takes its place, and it can do nothing any more, at no door', async () => {
      const first = await hang('first');
      await fit(first, () => press('Claim'));
      await testsItself(1);
      await calls(first);
      const [key, voucher] = [await first.box.key(), await first.box.voucher()];
      if (key === null || voucher === null) throw new Error('the first has no voucher');

      const second = await hang('second');
      const lost = first.box.program.until(/no link to the broker/);
      await fit(second, async () => {
        await press('Claim');
        await press(/^Replace/);
      });
      await lost;
      await testsItself(2);
      await calls(second);

      const thief = new Thief(site, key, voucher);
      expect(await thief.atBroker()).toEqual([]);
      expect(await thief.atExchange(NUMBER)).toEqual([]);
      expect(await thief.atPlatform()).toEqual([]);
      expect(await thief.byRecord()).toEqual([]);

      const said = [...site.said(), ...hung.flatMap(({ box }) => box.said())];
      const { told, kept } = await secrets.told(said, site.folder, site.database);
      expect(told).toEqual([]);
      // Each phone's key and what it calls by, on its own card; those of the platform, in its folder.
      expect(kept).toBeGreaterThan(7);
    }, 300_000);
  },
);
