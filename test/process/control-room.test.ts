import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { FACILITY, TERMINAL, UNIT } from '../../sim/world/folder.ts';
import { KeyRequest, KeySet, signKeySet } from '../../src/protocol/key-set.ts';
import { USUAL_SETTINGS } from '../../src/protocol/phone-settings.ts';
import { freePort } from '../interop/peers/program.ts';
import { CLIENT, openSignOn, SECRET } from '../platform/people/sign-on.ts';
import { hasPostgres, type Postgres, startPostgres } from '../platform/postgres.ts';
import { rootKey } from '../protocol/keys-of-county.ts';
import { hasChromium, openBrowser } from '../sim/page/person.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { hasDeployable, Mosquitto } from './mosquitto.ts';
import { type Employee, PASSWORD, People } from './people.ts';
import { openWall, type Wall } from './wall.ts';

const has = hasChromium && hasDeployable && hasPostgres && hasSocat;

const Trail = z.object({ items: z.array(z.object({ what: z.string(), actor_name: z.string() })) });
const Asked = z.object({ requests: z.array(KeyRequest.loose()) });

describe.skipIf(!has)(
  'a control room over compiled phone and platform, Mosquitto and PostgreSQL (needs chromium)',
  () => {
    let folder: string;
    let site: Awaited<ReturnType<typeof rootKey>>;
    let postgres: Postgres;
    let wall: Wall;
    let browser: Browser;
    let url: string;
    let signOn: Awaited<ReturnType<typeof openSignOn>>;
    let people: People;
    let operator: Employee;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tierphone-control-room-'));
      site = await rootKey();
      writeFileSync(join(folder, 'root.json'), JSON.stringify(site.known));
      const [mosquitto, http] = [await Mosquitto.open(), await freePort('tcp')];
      postgres = await startPostgres();
      url = `http://127.0.0.1:${http}`;
      signOn = await openSignOn(url);
      writeFileSync(join(folder, 'sign-on'), SECRET);
      const oidc = { issuer: signOn.issuer, client: CLIENT, secret: join(folder, 'sign-on'), name: 'County sign-on' };
      const watch = await mosquitto.account('staff', FACILITY, 'watch');
      wall = await openWall({
        broker: {
          open: await mosquitto.seenBy(watch, `tierphone/v1/${FACILITY}/terminals/+/status`),
          platform: await mosquitto.account('platform', 'platform'),
          terminal: await mosquitto.account('terminal', FACILITY, UNIT, TERMINAL),
          staff: await mosquitto.account('staff', FACILITY, 'staff'),
        },
        platform: {
          database: { kind: 'postgres', url: postgres.url },
          http: { host: '127.0.0.1', port: http, oidc },
          orders: { [FACILITY]: { root: join(folder, 'root.json') } },
        },
      });
      wall.callee.habit = 'accept';
      const { hotlines: _, ...phone } = parse(readFileSync(wall.files.terminal, 'utf8')) as { hotlines: string };
      const keys = { platform: 'keys/platform.json', root: join(folder, 'root.json') };
      writeFileSync(wall.files.terminal, stringify({ ...phone, keys }));
      const platform = await wall.startPlatform();
      people = new People(url);
      operator = await people.welcome(await platform.until(/#\/welcome\/[\w-]+/), 'Olga Perez', 'olga@example.gov');
      await wall.startTerminal();
      browser = await openBrowser();
    }, 240_000);
    afterAll(async () => {
      await browser?.close();
      await wall?.close();
      await signOn?.close();
      await postgres?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** What whoever keeps the root key does, off line: signs all that was asked for. */
    async function signAsked(): Promise<void> {
      const { requests } = Asked.parse((await operator.asker.ask('GET', `/facilities/${FACILITY}/keys`)).body);
      const keys = requests.map(({ key, name, may }) => ({ key, name, may, until: null }));
      const set = KeySet.parse({ facility: FACILITY, sequence: 1, since: Date.now(), keys });
      const jws = await signKeySet(set, site.root);
      expect(await operator.asker.ask('PUT', `/facilities/${FACILITY}/keys`, { jws })).toMatchObject({ status: 200 });
    }

    it('somebody adds a passkey in his account, and signs in by it alone, and after his password', async () => {
      const clerk = await people.invite(operator, `kim-${Date.now()}@example.gov`, 'Kim Dean', ['officer']);
      // Browsers take no passkeys by 127.0.0.1.
      const page = await people.signIn(browser, clerk, url.replace('127.0.0.1', 'localhost'));
      const device = await page.context().newCDPSession(page);
      await device.send('WebAuthn.enable');
      await device.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
          ...{ isUserVerified: true, automaticPresenceSimulation: true },
        },
      });
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('link', { name: 'My account' }).click();
      await press('Add a passkey');
      const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
      await dialog.getByLabel('Your password now').fill(PASSWORD);
      await dialog.getByLabel('Name').fill('Test device');
      await dialog.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByText('not used yet').waitFor();
      await press('Sign out');
      await press('Sign in with a passkey');
      await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
      await page.getByText(/last used/).waitFor();
      await press('Sign out');
      await page.getByLabel('E-mail').fill(clerk.email);
      await page.getByLabel('Password').fill(PASSWORD);
      await press('Next');
      await page.getByRole('heading', { name: 'Second step' }).waitFor();
      await press('Sign in with a passkey');
      await page.getByRole('button', { name: 'Remove: Test device' }).waitFor();
    });

    it('somebody comes in by the sign-on of his county, where nobody else whom it knows does', async () => {
      const email = `sam-${Date.now()}@example.gov`;
      const wish = { email, name: 'Sam Osei', roles: ['officer'] };
      await operator.asker.ask('POST', `/facilities/${FACILITY}/people`, wish);
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      const press = () => page.getByRole('button', { name: 'Sign in with County sign-on' }).click();
      signOn.seat({ sub: 'county-stranger', email: 'stranger@example.gov', email_verified: true });
      await page.goto(url);
      await press();
      await page.getByText('nobody has invited your e-mail here').waitFor();
      expect(page.url()).toBe(`${url}/`);
      signOn.seat({ sub: email, email, email_verified: true });
      await page.context().clearCookies();
      await press();
      await page.getByText('Pine River County Jail').first().waitFor();
      await page.getByText('Sam Osei').waitFor();
    });

    it('an officer closes a unit with a key made in his browser, the phone obeys, and an auditor finds all of it', async () => {
      const officer = await people.invite(operator, 'lee@example.gov', 'Dana Lee', ['officer']);
      const auditor = await people.invite(operator, 'ruiz@example.gov', 'Ana Ruiz', ['auditor']);
      await wall.until(({ lockdown }) => lockdown.state !== 'open');

      const page = await people.signIn(browser, officer);
      await page.goto(`${url}/#/${FACILITY}/keys`);
      await page.getByRole('button', { name: 'Make a key and ask for it' }).click();
      await page.getByText('Asked for. Until it is accepted').waitFor();
      await signAsked();
      await page.goto(`${url}/#/${FACILITY}/live`);
      await page.getByRole('button', { name: 'Open all: Whole facility' }).click();
      await page.getByRole('button', { name: 'Open Whole facility' }).click();
      await wall.until(({ lockdown }) => lockdown.state === 'open');

      const settings = { ...USUAL_SETTINGS, limit: 120_000 };
      const set = await operator.asker.ask('PUT', `/facilities/${FACILITY}/phone-settings`, settings);
      expect(set).toMatchObject({ status: 200, body: { sequence: expect.any(Number) } });
      await page.goto(`${url}/#/${FACILITY}/facility`);
      await page.getByText('1 of 4 phones have it.').waitFor();
      await page.goto(`${url}/#/${FACILITY}/live`);

      await wall.dial();
      await wall.until(
        ({ phase, talk }) => phase === 'talking' && talk !== undefined && talk.ends === talk.accepted + 120_000,
      );
      await page.getByRole('row', { name: /B-1.*Talking.*Daniel Brooks/ }).waitFor();
      await page.getByRole('button', { name: `Lock down: Unit ${UNIT}` }).click();
      await wall.until(({ lockdown }) => lockdown.state === 'lockdown' && lockdown.source === 'unit');
      await page
        .getByRole('article', { name: `Unit ${UNIT}` })
        .getByText('1 of 2 obeyed')
        .waitFor();

      const trail = Trail.parse((await auditor.asker.ask('GET', `/facilities/${FACILITY}/trail`)).body);
      const orders = trail.items.filter(({ what }) => what === 'lockdown.order').map((line) => line.actor_name);
      expect(orders).toEqual(['Dana Lee', 'Dana Lee']);
      for (const what of ['keys.ask', 'keys.set', 'person.invite'])
        expect(trail.items.map((line) => line.what)).toContain(what);
      expect(await auditor.asker.ask('GET', `/facilities/${FACILITY}/people`)).toMatchObject({ status: 200 });
      expect(await officer.asker.ask('GET', `/facilities/${FACILITY}/trail`)).toMatchObject({ status: 403 });
      expect(await officer.asker.ask('GET', '/facilities/cedar/trail')).toMatchObject({ status: 404 });
    });
  },
);
