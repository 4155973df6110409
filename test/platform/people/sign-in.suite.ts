import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { welcomeFirst } from '../../../src/platform/people/first.ts';
import { makeLink } from '../../../src/platform/people/sign-in/links.ts';
import { knownOf, mustBeStrong } from '../../../src/platform/people/sign-in/strength.ts';
import { forgetOver } from '../../../src/platform/people/sign-in/sweeping.ts';
import type { Setup } from '../world.ts';
import { type Desk, type Employee, openDesk, PASSWORD } from './desk.ts';

export function signInSuite(setup: () => Setup): void {
  let desk: Desk;
  let guesser: Employee | null = null;
  beforeAll(async () => {
    desk = await openDesk(setup());
  });
  afterAll(() => desk?.close());
  const me = (browser: { get(path: string): Promise<{ status: number }> }) =>
    browser.get('/api/session').then((a) => a.status);

  it('begins with one who opens the link that was printed; then no link is printed, and one printed before opens nothing', async () => {
    const printed: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => void printed.push(JSON.parse(line).msg) });
    for (let i = 0; i < 2; i++) await welcomeFirst({ db: desk.db, now: () => desk.clock.now }, desk.api.address, log);
    expect(printed).toHaveLength(2);
    const [early, late] = printed.map((line) => /#\/welcome\/([\w-]{43}) /.exec(line)?.[1] ?? '');
    expect((await desk.open(late ?? '', 'Ada First', 'not an address')).status).toBe(400);
    const [one, other] = await Promise.all([
      desk.open(late ?? '', 'Ada First', 'Ada@Example.gov'),
      desk.open(early ?? '', 'Eve Second', 'eve@example.gov'),
    ]);
    expect([one.status, other.status].sort()).toEqual([200, 404]);
    const winner = one.status === 200 ? one : other;
    expect((await winner.browser.get('/api/session')).body).toMatchObject({ kind: 'person', operator: true });
    expect((await desk.browser().get(`/api/welcome/${late}`)).status).toBe(one.status === 200 ? 404 : 200);
    expect((await desk.open((one.status === 200 ? early : late) ?? '', 'Eve', 'eve2@example.gov')).status).toBe(404);
    await welcomeFirst({ db: desk.db, now: () => desk.clock.now }, desk.api.address, log);
    expect(printed).toHaveLength(2);
    expect(await desk.db.selectFrom('staff').select('email').where('operator', '=', true).execute()).toHaveLength(1);
  });

  it('asks for password and code, tells nothing by a half, and ends when told', async () => {
    const facility = await desk.facility();
    const { email, code, browser: first } = await desk.employ({ [facility]: ['officer', 'auditor'] });
    expect((await first.get('/api/session')).body).toMatchObject({
      operator: false,
      facilities: [{ facility, name: 'Cedar County', roles: ['auditor', 'officer'] }],
    });
    const browser = desk.browser();
    desk.pass(30_000);
    expect((await browser.post('/api/session', { email, password: 'wrong-wrong-wrong' })).body.detail).toBe(
      (await browser.post('/api/session', { email: 'nobody@example.gov', password: PASSWORD })).body.detail,
    );
    expect(browser.cookie).toBeNull();
    const next = await browser.post('/api/session', { email: email.toUpperCase(), password: PASSWORD });
    expect(next.body).toEqual({ next: 'second', ways: ['totp', 'recovery'] });
    expect(next.headers.get('cache-control')).toBe('no-store');
    const [set = ''] = next.headers.getSetCookie();
    expect(set).toMatch(/^tierphone=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await me(browser)).toBe(401);
    const pending = browser.cookie;
    expect((await browser.post('/api/session/second', { totp: code() })).status).toBe(200);
    expect(browser.cookie).not.toBe(pending);
    expect(await me(browser)).toBe(200);
    const full = browser.cookie;
    expect((await browser.ask('DELETE', '/api/session')).status).toBe(200);
    expect(browser.cookie).toBeNull();
    browser.cookie = full;
    expect(await me(browser)).toBe(401);
  });

  it('takes a code once, of two at the same moment one, and none of before', async () => {
    const { email, code, browser: first } = await desk.employ({});
    const early = code();
    const second = async (totp: string) => {
      const browser = desk.browser();
      await browser.post('/api/session', { email, password: PASSWORD });
      return (await browser.post('/api/session/second', { totp })).status;
    };
    expect(await second(early)).toBe(401);
    desk.pass(30_000);
    expect((await Promise.all([second(code()), second(code())])).sort()).toEqual([200, 401]);
    expect(await second(early)).toBe(401);
    expect(await me(first)).toBe(200);
  });

  it('takes each recovery code once', async () => {
    const { email, recovery } = await desk.employ({});
    const second = async (code: string) => {
      const browser = desk.browser();
      await browser.post('/api/session', { email, password: PASSWORD });
      return (await browser.post('/api/session/second', { recovery: code })).status;
    };
    expect(new Set(recovery).size).toBe(10);
    expect(await second(recovery[3]?.toLowerCase().replaceAll('-', ' ') ?? '')).toBe(200);
    expect(await second(recovery[3] ?? '')).toBe(401);
    expect(await second(recovery[4] ?? '')).toBe(200);
  });

  it('ends after half an hour of nothing, after twelve hours whatever is done, and a half one after five minutes', async () => {
    const employee = await desk.employ({});
    const { browser } = employee;
    for (let i = 0; i < 24; i++) {
      desk.pass(29 * 60_000);
      expect(await me(browser)).toBe(200);
    }
    desk.pass(29 * 60_000);
    expect(await me(browser)).toBe(401);
    const other = await desk.signIn(employee);
    desk.pass(31 * 60_000);
    expect(await me(other)).toBe(401);
    const half = desk.browser();
    await half.post('/api/session', { email: employee.email, password: PASSWORD });
    desk.pass(5 * 60_000);
    expect((await half.post('/api/session/second', { totp: employee.code() })).status).toBe(401);
  });

  it('begins with an id of its own, whatever was brought, and one known before names nobody', async () => {
    const employee = await desk.employ({});
    const browser = desk.browser();
    browser.cookie = `tierphone=${'a'.repeat(43)}`;
    await desk.signIn(employee, browser);
    expect(browser.cookie).not.toContain('aaaa');
    const attacker = desk.browser();
    await desk.signIn(employee, attacker);
    const planted = attacker.cookie;
    const victim = desk.browser();
    victim.cookie = planted;
    await desk.signIn(employee, victim);
    expect(victim.cookie).not.toBe(planted);
    expect(await me(attacker)).toBe(401);
  });

  it('locks who guesses, for longer each time, and lets the owner in where he works', async () => {
    const employee = await desk.employ({});
    const { email } = employee;
    const own = await desk.signIn(employee);
    expect(await me(own)).toBe(200);
    const wrong = (n: number) => desk.browser().post('/api/session', { email, password: `wrong-guess-${n}` });
    const said = await Promise.all(Array.from({ length: 12 }, (_, n) => wrong(n)));
    expect(said.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(said.filter(({ status }) => status === 429)).toHaveLength(7);
    const { body } = await desk.browser().post('/api/session', { email, password: PASSWORD });
    expect(body).toMatchObject({ status: 429, detail: 'too many wrong tries: try again in a minute' });
    desk.pass(60_001);
    expect((await wrong(0)).status).toBe(401);
    expect((await wrong(0)).body.detail).toContain('try again in 2 minutes');
    desk.pass(120_001);
    expect(await me(await desk.signIn(employee))).toBe(200);
    const unknown = 'nobody-guesses@example.gov';
    const others = await Promise.all(
      Array.from({ length: 8 }, () => desk.browser().post('/api/session', { email: unknown, password: PASSWORD })),
    );
    expect(others.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it('looks at no more codes than five, however many come at once', async () => {
    const { email, code } = await desk.employ({});
    desk.pass(30_000);
    const half = desk.browser();
    await half.post('/api/session', { email, password: PASSWORD });
    const guesses = Array.from({ length: 20 }, (_, n) => String((Number(code()) + n + 1) % 1_000_000).padStart(6, '0'));
    const said = await Promise.all(guesses.map((totp) => half.post('/api/session/second', { totp })));
    expect(said.filter(({ status }) => status === 401)).toHaveLength(5);
    expect((await half.post('/api/session/second', { totp: code() })).status).toBe(429);
    const lines = await desk.lines('session.refuse');
    expect(lines.length).toBeGreaterThan(2);
  });

  it('has one line in the trail for each sign-in, and a few for many that failed', async () => {
    const employee = await desk.employ({});
    await desk.signIn(employee);
    const [begun] = await desk.lines('session.begin');
    expect(begun).toMatchObject({ actor: employee.id, origin: '127.0.0.1', after: { by: 'password and code' } });
    const all = await desk.db.selectFrom('trail').select(['subject', 'before', 'after', 'why']).execute();
    const text = JSON.stringify(all);
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain('nobody-guesses');
  });

  it('keeps nothing from which a door can be opened', async () => {
    const { browser, recovery, id } = await desk.employ({});
    const tables = ['staff_sessions', 'staff_links', 'passwords', 'totp_secrets', 'recovery_codes', 'trail'] as const;
    for (const table of tables) {
      const text = JSON.stringify(await desk.db.selectFrom(table).selectAll().execute());
      expect(text).not.toContain(browser.cookie?.split('=')[1]);
      for (const code of recovery) expect(text).not.toContain(code.replaceAll('-', ''));
      expect(text).not.toContain(PASSWORD);
    }
    const { hash } = await desk.db
      .selectFrom('passwords')
      .select('hash')
      .where('staff', '=', id)
      .executeTakeFirstOrThrow();
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,(t=2,p=1|p=1,t=2)\$/);
  });

  it.each([
    ['short', 'at least 12 characters'],
    ['x'.repeat(201), 'at most 200'],
    ['aaaaaaaaaaaaaaaa', 'a row, a date or a repetition'],
    ['zxcvbnm,./123', 'a row, a date or a repetition'],
    ['Password1234', 'too near to what many choose'],
    ['P@ssw0rd2026!', 'too near to what many choose'],
    ['iloveyou iloveyou', 'others try first'],
    ['Summer2026!!', 'others try first'],
    ['EmployeeSmith26', 'little more than a name'],
    ['cedarcounty2026', 'little more than a name, an e-mail or a facility'],
    ['Tierphone-2026', 'little more than'],
  ])('refuses the password %s', async (password, why) => {
    guesser ??= await desk.employ({ [await desk.facility()]: ['officer'] });
    const { browser } = guesser;
    const { status, body } = await browser.post('/api/me/password', { current: PASSWORD, password });
    expect(status).toBe(400);
    expect(body.detail).toContain(why);
  });

  it('takes a password of ordinary words', async () => {
    const known = await knownOf(desk.db, null, { email: 'ada@example.gov', name: 'Ada Smith' });
    expect(known).toEqual(expect.arrayContaining(['ada@example.gov', 'example', 'adasmith', 'smith']));
    for (const good of [PASSWORD, 'twelve little letters', 'el perro come nueve peras'])
      expect(() => mustBeStrong(good, known)).not.toThrow();
    expect(() => mustBeStrong('adasmith1234', known)).toThrow('little more than a name');
  });

  it('is over everywhere else where a password changes, and a wrong one changes nothing', async () => {
    const employee = await desk.employ({});
    const elsewhere = await desk.signIn(employee);
    const { browser } = employee;
    const change = (current: string) => browser.post('/api/me/password', { current, password: 'Violet harbour 77' });
    expect((await change('not-the-password')).status).toBe(403);
    expect(await me(elsewhere)).toBe(200);
    expect((await change(PASSWORD)).status).toBe(200);
    expect(await me(elsewhere)).toBe(401);
    expect(await me(browser)).toBe(200);
    const { email } = employee;
    expect((await desk.browser().post('/api/session', { email, password: PASSWORD })).status).toBe(401);
  });

  it('takes another app by its first code and the password, and knows the one before no more', async () => {
    const employee = await desk.employ({});
    const { browser, email } = employee;
    const { secret, ticket, uri } = (await browser.post('/api/me/totp')).body;
    expect(uri).toMatch(/^otpauth:\/\/totp\/Tierphone:/);
    const code = desk.codeOf(secret);
    const stranger = await desk.employ({});
    const confirm = (from: typeof browser, password = PASSWORD) =>
      from.post('/api/me/totp/confirm', { ticket, code: code(), password });
    expect((await confirm(stranger.browser)).body.detail).toContain('of another offer');
    expect((await confirm(browser, 'not-the-password')).status).toBe(403);
    expect((await confirm(browser)).status).toBe(200);
    desk.pass(30_000);
    const half = desk.browser();
    await half.post('/api/session', { email, password: PASSWORD });
    expect((await half.post('/api/session/second', { totp: employee.code() })).status).toBe(401);
    expect((await half.post('/api/session/second', { totp: code() })).status).toBe(200);
  });

  it('shows where one is signed in, and ends it everywhere else', async () => {
    const employee = await desk.employ({});
    const { browser, id } = employee;
    const elsewhere = await desk.signIn(employee);
    const half = desk.browser();
    await half.post('/api/session', { email: employee.email, password: PASSWORD });
    const { items } = (await browser.get('/api/me/sessions')).body;
    expect(items.map(({ here }: { here: boolean }) => here)).toEqual([false, true]);
    expect((await browser.ask('DELETE', '/api/me/sessions')).status).toBe(200);
    expect([await me(browser), await me(elsewhere)]).toEqual([200, 401]);
    desk.pass(30_000);
    expect((await half.post('/api/session/second', { totp: employee.code() })).status).toBe(401);
    expect((await browser.get('/api/me/sessions')).body.items).toMatchObject([{ here: true }]);
    expect((await desk.lines('session.end-others'))[0]).toMatchObject({ actor: id, after: { ended: 1 } });
  });

  it('keeps nothing of sessions and tries that are over', async () => {
    const { id, browser, email } = await desk.employ({});
    await desk.browser().post('/api/session', { email: 'passing-by@example.gov', password: PASSWORD });
    await forgetOver(desk.db, desk.clock.now);
    expect(await me(browser)).toBe(200);
    expect((await desk.browser().post('/api/session', { email, password: PASSWORD })).status).toBe(200);
    desk.pass(25 * 3_600_000);
    await forgetOver(desk.db, desk.clock.now);
    expect(await desk.db.selectFrom('staff_sessions').select('hash').where('staff', '=', id).execute()).toEqual([]);
    const tries = await desk.db.selectFrom('sign_in_tries').select('good').execute();
    expect(tries.length).toBeGreaterThan(0);
    expect(tries.every(({ good }) => good !== null)).toBe(true);
  });

  it('opens a link once, of two at the same moment for one, and not after its time', async () => {
    const { id } = await desk.employ({});
    const link = () => desk.db.transaction().execute((trx) => makeLink(trx, 'reset', id, desk.clock.now));
    const { token } = await link();
    const came = await Promise.all([desk.open(token, 'One'), desk.open(token, 'Two')]);
    expect(came.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect((await desk.browser().get(`/api/welcome/${token}`)).status).toBe(404);
    const late = await link();
    desk.pass(3_600_000);
    expect((await desk.browser().get(`/api/welcome/${late.token}`)).status).toBe(404);
  });

  it.each([
    ['a form of another page', { 'sec-fetch-site': 'cross-site' }],
    ['a page of a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['an old browser on another page', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
    ['a page in a sandbox', { 'sec-fetch-site': '', origin: 'null' }],
  ])('lets %s change nothing by the cookie, nor sign somebody in', async (_, headers) => {
    const { browser, email } = await desk.employ({});
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const forged = async (method: string, path: string, body: object) => {
      const response = await fetch(`${desk.api.address}${path}`, {
        ...{ method, body: JSON.stringify(body) },
        headers: { cookie: browser.cookie ?? '', 'content-type': 'application/json', ...sent },
      });
      return response.status;
    };
    expect(await forged('DELETE', '/api/session', {})).toBe(403);
    expect(await forged('POST', '/api/session', { email, password: PASSWORD })).toBe(403);
    expect(await me(browser)).toBe(200);
  });
}
