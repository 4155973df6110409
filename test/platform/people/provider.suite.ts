import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpConfig } from '../../../src/platform/config.ts';
import { freePort } from '../../terminal/fleet/brokers.ts';
import type { Setup } from '../world.ts';
import { type Desk, type Employee, openDesk, PASSWORD } from './desk.ts';
import { CLIENT, type CountyAccount, openSignOn, SECRET } from './sign-on.ts';

export function providerSuite(setup: () => Setup): void {
  let desk: Desk;
  let strict: Desk;
  let signOn: Awaited<ReturnType<typeof openSignOn>>;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tierphone-sign-on-'));
    const secret = join(folder, 'secret');
    await writeFile(secret, `${SECRET}\n`);
    const port = await freePort();
    signOn = await openSignOn(`http://127.0.0.1:${port}`);
    const oidc = { issuer: signOn.issuer, client: CLIENT, secret, name: 'County sign-on' };
    desk = await openDesk(setup(), { port, oidc });
    strict = await openDesk(setup(), { port: 0, oidc: { ...oidc, only: true } });
  });
  afterAll(async () => {
    await desk?.close();
    await strict?.close();
    await signOn?.close();
    await rm(folder, { recursive: true });
  });

  const accountOf = ({ email }: { email: string }, more: Partial<CountyAccount> = {}): CountyAccount => ({
    ...{ sub: `county-${randomUUID()}`, email, email_verified: true },
    ...more,
  });
  /** Goes to the provider and comes back; has not told the platform yet. */
  const visit = async (account: CountyAccount | null) => {
    const browser = desk.browser();
    const { url, ticket } = (await browser.post('/api/session/provider/offer')).body;
    const query = await signOn.visit(url, account);
    const enter = (sent: object = {}) => browser.post('/api/session/provider', { ticket, query, ...sent });
    return { browser, url: new URL(url), ticket, query, enter };
  };
  const comes = async (account: CountyAccount) => (await visit(account)).enter();
  const invited = async () => {
    const here = await desk.facility();
    const admin = await desk.employ({ [here]: ['administrator'] });
    const email = `new-${randomUUID()}@example.gov`;
    const wish = { email, name: 'Nell New', roles: ['officer'] };
    const { body } = await admin.browser.post(`/api/facilities/${here}/people`, wish);
    return { here, admin, email, id: body.id, link: body.link.replace('/#/welcome/', '') };
  };
  const doing = async (employee: Pick<Employee, 'id'>, verb: string, here: string, admin: Employee) => {
    const said = await admin.browser.post(`/api/facilities/${here}/people/${employee.id}/${verb}`, { why: 'a test' });
    expect(said.status).toBe(200);
  };

  it('lets in whom it has invited, by the e-mail that the provider has verified; his link opens nothing any more', async () => {
    expect((await desk.browser().get('/api/session/ways')).body).toEqual({ own: true, provider: 'County sign-on' });
    const { email, id, here, link } = await invited();
    const account = accountOf({ email: email.toUpperCase() });
    const visitor = await visit(account);
    expect(Object.fromEntries(visitor.url.searchParams)).toMatchObject({
      ...{ response_type: 'code', scope: 'openid email', code_challenge_method: 'S256' },
      ...{ redirect_uri: `${desk.api.address}/`, state: expect.any(String), nonce: expect.any(String) },
    });
    expect(await visitor.enter()).toMatchObject({ status: 200, body: { done: true } });
    expect((await visitor.browser.get('/api/session')).body).toMatchObject({
      ...{ id, name: 'Nell New', facilities: [{ facility: here, roles: ['officer'] }] },
    });
    expect((await desk.browser().get(`/api/welcome/${link}`)).status).toBe(404);
    const { subject, after } = (await desk.lines('provider.bind'))[0] ?? {};
    expect({ subject, after }).toEqual({
      subject: { person: id },
      after: { issuer: signOn.issuer, subject: account.sub },
    });
    expect((await desk.lines('session.begin'))[0]).toMatchObject({ actor: id, after: { by: 'County sign-on' } });
  });

  it('knows him from then on by what the provider calls him, and by no e-mail', async () => {
    const { email, id, here, admin } = await invited();
    const account = accountOf({ email });
    await comes(account);
    const moved = await visit({ ...account, email: 'another@example.gov', email_verified: false });
    expect((await moved.enter()).status).toBe(200);
    expect((await moved.browser.get('/api/session')).body.id).toBe(id);
    // A new employee was given the e-mail of the one who left: he is not that one.
    const successor = accountOf({ email });
    expect(await comes(successor)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('bound to another account') },
    });
    const target = await desk.employ({});
    const thief = await visit({ ...account, email: target.email });
    await thief.enter();
    expect((await thief.browser.get('/api/session')).body.id).toBe(id);
    await doing({ id }, 'reset', here, admin);
    expect((await comes(successor)).status).toBe(200);
    expect(await comes(account)).toMatchObject({ status: 403 });
  });

  it.each([
    ['a stranger whom nobody has invited', {}, 'nobody has invited your e-mail'],
    ['one whose e-mail is not verified', { email_verified: false }, 'does not say that your e-mail is verified'],
  ])('lets %s not in, and says so', async (_, more, why) => {
    const email = 'email_verified' in more ? (await desk.employ({})).email : `stranger-${randomUUID()}@example.gov`;
    const visitor = await visit(accountOf({ email }, more));
    expect(await visitor.enter()).toMatchObject({ status: 403, body: { detail: expect.stringContaining(why) } });
    expect((await visitor.browser.get('/api/session')).status).toBe(401);
    const staff = await desk.db
      .selectFrom('providers_people')
      .innerJoin('staff', 'id', 'staff')
      .select('email')
      .execute();
    expect(staff.map((one) => one.email)).not.toContain(email);
  });

  it('lets nobody in who is suspended, bound before or not', async () => {
    const { here, admin } = await invited();
    for (const isBound of [true, false]) {
      const employee = await desk.employ({ [here]: ['officer'] });
      const account = accountOf(employee);
      if (isBound) expect((await comes(account)).status).toBe(200);
      await doing(employee, 'suspend', here, admin);
      expect(await comes(account)).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('suspended') },
      });
      await doing(employee, 'resume', here, admin);
      expect((await comes(account)).status).toBe(200);
    }
  });

  it('takes what came back once, of the errand on which it went, and as it was sent', async () => {
    const account = accountOf(await desk.employ({}));
    const [one, other] = [await visit(account), await visit(account)];
    const refused = expect.stringContaining('begin anew');
    const with_ = (query: string, name: string, value: string) => {
      const changed = new URLSearchParams(query);
      changed.set(name, value);
      return changed.toString();
    };
    const wrong = [
      { query: other.query },
      { ticket: other.ticket },
      { query: with_(one.query, 'state', 'of-somebody-else') },
      { query: with_(one.query, 'iss', 'https://evil.example') },
      // The right state with the code of another errand: its nonce and its verifier are not of this one.
      { query: with_(one.query, 'code', new URLSearchParams(other.query).get('code') ?? '') },
      { ticket: `${one.ticket.slice(0, -3)}AAA` },
    ];
    for (const sent of wrong) expect(await one.enter(sent)).toMatchObject({ status: 401, body: { detail: refused } });
    expect((await desk.browser().get('/api/session')).status).toBe(401);
    const fresh = await visit(account);
    expect((await fresh.enter()).status).toBe(200);
    expect(await fresh.enter()).toMatchObject({ status: 401, body: { detail: refused } });
    const late = await visit(account);
    desk.pass(10 * 60_000);
    expect(await late.enter()).toMatchObject({ status: 401, body: { detail: refused } });
  });

  it('takes no token that is signed with another nonce than it asked for', async () => {
    const account = accountOf(await desk.employ({}));
    const browser = desk.browser();
    const { url, ticket } = (await browser.post('/api/session/provider/offer')).body;
    const forged = new URL(url);
    forged.searchParams.set('nonce', 'of-an-errand-of-yesterday');
    const query = await signOn.visit(forged.href, account);
    expect((await browser.post('/api/session/provider', { ticket, query })).status).toBe(401);
    expect((await browser.get('/api/session')).status).toBe(401);
  });

  it('is asked in clear text on this machine alone', () => {
    const asked = (issuer: string) => HttpConfig.safeParse({ port: 0, oidc: { issuer, client: 'c', secret: 's' } });
    expect(asked('http://login.example.gov').error?.issues[0]).toMatchObject({
      ...{ path: ['oidc', 'issuer'], message: expect.stringContaining('https:// is wanted') },
    });
    for (const issuer of ['https://login.example.gov/realm', 'http://localhost:8080'])
      expect(asked(issuer).success).toBe(true);
  });

  it('says that somebody was not let in there', async () => {
    const visitor = await visit(null);
    expect(await visitor.enter()).toMatchObject({ status: 401, body: { detail: 'County sign-on did not let you in' } });
  });

  it('asks nobody for a password or a passkey where the site says only', async () => {
    const employee = await desk.employ({});
    const post = (path: string, body: object = {}) => strict.browser().post(path, body);
    expect((await strict.browser().get('/api/session/ways')).body).toEqual({ own: false, provider: 'County sign-on' });
    const said = { status: 403, body: { detail: expect.stringContaining('sign in by County sign-on') } };
    expect(await post('/api/session', { email: employee.email, password: PASSWORD })).toMatchObject(said);
    expect(await post('/api/session/passkey/offer')).toMatchObject(said);
    const { link } = await invited();
    expect(await strict.open(link, 'Nell', undefined)).toMatchObject(said);
  });

  it('says in a line that the provider is not there, tells the trail no secret, and lets in by passwords all the same', async () => {
    const employee = await desk.employ({});
    const secret = join(folder, 'secret');
    const gone = { issuer: `http://127.0.0.1:${await freePort()}`, client: CLIENT, secret };
    const alone = await openDesk(setup(), { port: 0, oidc: gone });
    const { status, body } = await alone.browser().post('/api/session/provider/offer');
    expect({ status, detail: body.detail }).toEqual({
      ...{ status: 503, detail: expect.stringMatching(/^127\.0\.0\.1:\d+ cannot be asked at this moment/) },
    });
    alone.clock.now = desk.clock.now;
    expect((await alone.browser().post('/api/session', { email: employee.email, password: PASSWORD })).status).toBe(
      200,
    );
    await alone.close();
    await expect(openDesk(setup(), { port: 0, oidc: { ...gone, secret: join(folder, 'none') } })).rejects.toThrow(
      /^http\.oidc\.secret: .*none cannot be read/,
    );
    expect(JSON.stringify(await desk.db.selectFrom('trail').selectAll().execute())).not.toContain(SECRET);
    const without = await openDesk(setup());
    expect((await without.browser().post('/api/session/provider/offer')).status).toBe(404);
    await without.close();
  });
}
