import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { reachExchange } from '../../../../src/cli/connect/exchange.ts';
import { ExchangeConfig } from '../../../../src/platform/terminals/exchange/config.ts';
import { openExchange } from '../../../../src/platform/terminals/exchange/open.ts';
import { ExchangeError } from '../../../../src/platform/terminals/exchange/port.ts';
import type { ExchangeLogin } from '../../../../src/protocol/trunk.ts';
import { startPhone, tone } from '../../../interop/audio.ts';
import { type Baresip, startBaresip } from '../../../interop/peers/baresip.ts';
import { newAuthority } from '../../../interop/peers/certificates.ts';
import { type Kamailio, type KamailioOptions, startKamailio } from '../../../interop/peers/kamailio.ts';
import { freePair, has, until } from '../../../interop/peers/program.ts';
import { hasPostgres } from '../../postgres.ts';
import { ha1Of, phoneAt, trunkOf } from './exchange.ts';
import { hasTables, type KamailioDatabase, startKamailioDatabase } from './kamailio-database.ts';

const NUMBER = '+12025550123';
const DOMAIN = 'pine-river.test';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

// Debian's kamailio, kamailio-postgres-modules, kamailio-tls-modules and postgresql, with baresip behind it.
describe.skipIf(!has('kamailio') || !has('baresip') || !hasTables || !hasPostgres)('accounts at Kamailio', () => {
  let database: KamailioDatabase;
  let baresip: Baresip;
  beforeAll(async () => {
    database = await startKamailioDatabase();
    baresip = await startBaresip(NUMBER, tone(700, -12));
    return async () => {
      await baresip.stop();
      await database.stop();
    };
  });

  type Bindings = 0 | 1 | 2 | 3;

  /** A Kamailio, and the platform's way to its accounts. */
  async function exchangeWith(bindings: Bindings, more: Partial<KamailioOptions> = {}, config: object = {}) {
    const accounts = { database: database.url, bindings };
    const kamailio = await startKamailio({ accounts, callee: `sip:127.0.0.1:${baresip.port}`, ...more });
    closers.push(() => kamailio.stop());
    const exchange = openExchange(
      ExchangeConfig.parse({
        kind: 'kamailio',
        url: database.phones,
        control: bindings === 3 ? [] : [`http://127.0.0.1:${kamailio.port}/RPC`],
        trunk: { name: 'exchange', domain: DOMAIN, server: { host: '127.0.0.1', port: kamailio.port } },
        ...config,
      }),
    );
    closers.push(() => exchange.close());
    return { kamailio, exchange };
  }

  test('is looked at before, with no account given: what it lacks is named', async () => {
    const trunk = { name: 'exchange', domain: DOMAIN, server: { host: '127.0.0.1', port: 5_060 } };
    const reach = (url: string) => reachExchange(ExchangeConfig.parse({ kind: 'kamailio', url, trunk }));
    const before = await database.rows('select username from subscriber');
    expect(await reach(database.phones)).toEqual({ there: expect.stringContaining('can be written') });
    await database.rows('create role stranger login');
    const stranger = await reach(database.phones.replace('phones@', 'stranger@'));
    expect(stranger).toMatchObject({ finding: { what: expect.stringMatching(/does not let us: .*subscriber/) } });
    const elsewhere = await reach(database.phones.replace(/\/\w*\?/, '/template1?'));
    expect(elsewhere).toMatchObject({ finding: { what: expect.stringContaining('is not Kamailio') } });
    expect(await database.rows('select username from subscriber')).toEqual(before);
  });

  /** A phone that has what was given, and nothing else. */
  async function phoneWith(login: ExchangeLogin) {
    const folder = await mkdtemp(join(tmpdir(), 'given-'));
    closers.push(() => rm(folder, { recursive: true }));
    const ca = join(folder, 'ca.pem');
    if (login.tls?.ca !== undefined) await writeFile(ca, login.tls.ca);
    const phone = await startPhone(0, () => new Int16Array(320), {
      trunks: [{ ...trunkOf(login), name: 'one' }],
      tls: login.tls?.ca === undefined ? {} : { ca },
      pace: { backOff: { first: 200, longest: 2_000 } },
    });
    closers.push(() => phone.close());
    const trunk = (state: 'up' | 'down') => phone.events.findLast((e) => e.type === 'trunk' && e.state === state);
    return {
      ...phone,
      registered: () => until('registered', () => trunk('up') !== undefined),
      refused: () => until('refused', () => /401|password/.test(JSON.stringify(trunk('down') ?? ''))),
      /** How a call ends or begins. */
      async dial(call: string) {
        phone.account.dial(call, NUMBER, { privileged: false });
        const told = () =>
          phone.events.find((e) => (e.type === 'answered' || e.type === 'dial-failed') && e.call === call);
        await until('told', () => told() !== undefined);
        phone.account.hangUp(call);
        return told();
      },
    };
  }

  /** Where phones are registered, in memory or in the table. */
  async function registrations(kamailio: Kamailio, terminal: string): Promise<string[]> {
    const rows = await database.rows('select contact from location');
    return [...(await kamailio.contacts()), ...rows.map(({ contact }) => String(contact))].filter((contact) =>
      contact.includes(`pine-river.${terminal}@`),
    );
  }

  const REFUSED = { type: 'dial-failed', failure: 'rejected', sip: 407 };

  test.each([
    ['in memory', 0, false],
    ['in memory and in the table at once', 1, false],
    ['in memory and later in the table', 2, false],
    ['in the table', 3, false],
    ['in memory, by their whole names', 0, true],
    ['in the table, by their whole names', 3, true],
  ] as const)(
    'register and call, and do neither once they are taken; registered %s',
    async (_, bindings, wholeNames) => {
      const { exchange, kamailio } = await exchangeWith(bindings, { wholeNames });
      const terminal = `M-${bindings}-${wholeNames}`;
      const login = await exchange.give(phoneAt(terminal));
      const phone = await phoneWith(login);
      await phone.registered();
      expect(await registrations(kamailio, terminal)).not.toEqual([]);
      expect(await phone.dial('one')).toMatchObject({ type: 'answered' });

      await exchange.revoke(phoneAt(terminal));
      expect(await registrations(kamailio, terminal)).toEqual([]);
      expect(await phone.dial('two')).toMatchObject(REFUSED);
      const thief = await phoneWith(login);
      await thief.refused();
      expect(await thief.dial('three')).toMatchObject(REFUSED);
      expect(await registrations(kamailio, terminal)).toEqual([]);
      await exchange.revoke(phoneAt(terminal));
      expect(await database.rows(`select 1 from subscriber where username = 'pine-river.${terminal}'`)).toEqual([]);
    },
  );

  test.each([0, 3] as const)(
    'given anew, the old password is dead at once, and what was registered by it (db_mode %i)',
    async (bindings) => {
      const { exchange, kamailio } = await exchangeWith(bindings);
      const terminal = `N-${bindings}`;
      const old = await exchange.give(phoneAt(terminal));
      const before = await phoneWith(old);
      await before.registered();

      const login = await exchange.give(phoneAt(terminal));
      expect(await registrations(kamailio, terminal)).toEqual([]);
      expect(await before.dial('one')).toMatchObject(REFUSED);
      await (await phoneWith(old)).refused();
      expect(await registrations(kamailio, terminal)).toEqual([]);
      const after = await phoneWith(login);
      await after.registered();
      expect(await after.dial('two')).toMatchObject({ type: 'answered' });
    },
  );

  test('given all at once are all there, and of one place one password counts', async () => {
    const { exchange } = await exchangeWith(3);
    const others = await Promise.all(Array.from({ length: 50 }, (_, n) => exchange.give(phoneAt(`P-${n}`))));
    const same = await Promise.all(Array.from({ length: 8 }, () => exchange.give(phoneAt('P'))));
    const rows = await database.rows("select username, ha1 from subscriber where username like 'pine-river.P%'");
    const kept = new Map(rows.map(({ username, ha1 }) => [username, ha1]));
    expect(rows).toHaveLength(51);
    for (const login of others) expect(kept.get(trunkOf(login).user)).toBe(ha1Of(login));
    const good = same.filter((login) => ha1Of(login) === kept.get('pine-river.P'));
    expect(good).toHaveLength(1);
    for (const login of same) {
      const phone = await phoneWith(login);
      await (good.includes(login) ? phone.registered() : phone.refused());
    }
  });

  test('while its database is away nothing is given or taken, and it is said; then all is', async () => {
    const { exchange } = await exchangeWith(3);
    const stolen = await exchange.give(phoneAt('Q-1'));
    await database.halt();
    const away = /^the exchange's database is not there: /;
    await expect(exchange.give(phoneAt('Q-2'))).rejects.toThrow(away);
    await expect(exchange.revoke(phoneAt('Q-1'))).rejects.toThrow(away);
    await database.resume();
    const login = await exchange.give(phoneAt('Q-2'));
    await exchange.revoke(phoneAt('Q-1'));
    await (await phoneWith(login)).registered();
    await (await phoneWith(stolen)).refused();
  });

  test('are dead also where it does not take the word, which is said until it does', async () => {
    const { exchange, kamailio } = await exchangeWith(2);
    const login = await exchange.give(phoneAt('R-1'));
    await (await phoneWith(login)).registered();
    await kamailio.kill();
    await expect(exchange.revoke(phoneAt('R-1'))).rejects.toThrow(
      `the exchange at 127.0.0.1:${kamailio.port} does not end registrations (exchange.control): connect ECONNREFUSED`,
    );
    await kamailio.restart();
    expect(await registrations(kamailio, 'R-1')).toEqual([]);
    await (await phoneWith(login)).refused();
    await exchange.revoke(phoneAt('R-1'));
  });

  test('over TLS, for an authority of its own that the phone is given, by SHA-256', async () => {
    const authority = await newAuthority('County');
    closers.push(() => authority.close());
    const own = await authority.issue({ name: 'exchange', goodFor: ['IP:127.0.0.1'] });
    const port = await freePair();
    const { exchange, kamailio } = await exchangeWith(
      0,
      { port, algorithm: 'SHA-256', tls: { own, authority: authority.certificate } },
      {
        algorithm: 'SHA-256',
        ca: authority.certificate,
        control: [`https://127.0.0.1:${port + 1}/RPC`],
        trunk: { name: 'exchange', domain: DOMAIN, server: { host: '127.0.0.1', port: port + 1 }, transport: 'tls' },
      },
    );
    const login = await exchange.give(phoneAt('S-1'));
    const phone = await phoneWith(login);
    await phone.registered();
    expect(await phone.dial('one')).toMatchObject({ type: 'answered' });
    await exchange.revoke(phoneAt('S-1'));
    expect(await registrations(kamailio, 'S-1')).toEqual([]);
    expect(await phone.dial('two')).toMatchObject(REFUSED);
  });

  test.each([
    [
      'has no such tables',
      'drop schema public cascade; create schema public',
      /^the exchange's database is not Kamailio's: relation "subscriber" does not exist; exchange\.url must name the one that kamdbctl has made$/,
    ],
    [
      'lets us do nothing',
      'revoke all on subscriber from phones',
      /^the exchange's database does not let us: permission denied for table subscriber; grant what deploy\/README\.md says$/,
    ],
    [
      'lets nobody in',
      'alter role phones nologin',
      /^the exchange's database refuses: role "phones" is not permitted to log in$/,
    ],
    [
      'could hold two of one name',
      'alter table subscriber drop constraint subscriber_account_idx',
      /^the exchange's database could hold two accounts of one name: subscriber wants its constraint/,
    ],
  ])('are not given where the database %s, and it is said', async (_, change, said) => {
    const other = await startKamailioDatabase();
    closers.push(() => other.stop());
    await other.rows(change);
    const trunk = { name: 'exchange', domain: DOMAIN, server: { host: '127.0.0.1' } };
    const exchange = openExchange(ExchangeConfig.parse({ kind: 'kamailio', url: other.phones, trunk }));
    closers.push(() => exchange.close());
    const refused = await exchange.give(phoneAt('T-1')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ExchangeError);
    expect(String((refused as Error).message)).toMatch(said);
  });
});
