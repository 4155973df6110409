import { afterAll, beforeAll, expect, it } from 'vitest';
import { siteOf } from '../../../src/platform/people/sign-in/passkeys/site.ts';
import { forgetOver } from '../../../src/platform/people/sign-in/sweeping.ts';
import type { Setup } from '../world.ts';
import { Authenticator } from './authenticator.ts';
import { type Browser, type Desk, type Employee, openDesk, PASSWORD } from './desk.ts';

export function passkeySuite(setup: () => Setup): void {
  let desk: Desk;
  let page: string;
  beforeAll(async () => {
    desk = await openDesk(setup());
    page = desk.api.address.replace('127.0.0.1', 'localhost');
  });
  afterAll(() => desk?.close());
  const me = async (browser: Browser) => (await browser.get('/api/session')).status;
  const browserAt = () => desk.browser(page);

  const add = async (browser: Browser, passkey: Authenticator, name = 'Blue key') => {
    const offer = await browser.post('/api/me/passkeys/offer', { password: PASSWORD });
    return browser.post('/api/me/passkeys', { name, made: passkey.make(offer.body) });
  };
  /** Somebody who has a passkey. */
  const owner = async () => {
    const employee = await desk.employ({}, false, page);
    const passkey = new Authenticator(page);
    expect((await add(employee.browser, passkey)).status).toBe(200);
    return { ...employee, passkey };
  };
  const half = async ({ email }: Employee) => {
    const browser = browserAt();
    const { body } = await browser.post('/api/session', { email, password: PASSWORD });
    const { body: asked } = await browser.post('/api/session/second/offer');
    const second = (passkey: unknown) => browser.post('/api/session/second', { passkey });
    return { browser, ways: body.ways, asked, second };
  };
  const alone = async () => {
    const browser = browserAt();
    const { body: asked } = await browser.post('/api/session/passkey/offer');
    return { browser, asked, enter: (passkey: unknown) => browser.post('/api/session/passkey', { passkey }) };
  };

  it('is added by who gives his password, ends his other sessions, and lets him in after the password and alone', async () => {
    const employee = await desk.employ({}, false, page);
    const elsewhere = await desk.signIn(employee, browserAt());
    const { browser, id, email } = employee;
    expect((await browser.post('/api/me/passkeys/offer', { password: 'not-the-password' })).status).toBe(403);
    const passkey = new Authenticator(page);
    expect(await add(browser, passkey)).toMatchObject({ status: 200 });
    expect([await me(browser), await me(elsewhere)]).toEqual([200, 401]);
    expect((await browser.get('/api/me/passkeys')).body.items).toMatchObject([
      { id: passkey.id, name: 'Blue key', used: null },
    ]);
    expect((await desk.lines('passkey.add'))[0]).toMatchObject({
      actor: id,
      subject: { person: id },
      after: { name: 'Blue key' },
    });

    const second = await half(employee);
    expect(second.ways).toEqual(['totp', 'passkey', 'recovery']);
    expect(second.asked).toMatchObject({
      ...{ rpId: 'localhost', userVerification: 'preferred' },
      allowCredentials: [{ id: passkey.id, transports: ['internal'] }],
    });
    expect((await second.second(passkey.sign(second.asked, { verified: false }))).status).toBe(200);
    expect(await me(second.browser)).toBe(200);
    expect((await desk.lines('session.begin'))[0]).toMatchObject({ actor: id, after: { by: 'password and passkey' } });

    const one = await alone();
    expect(one.asked).toMatchObject({ userVerification: 'required' });
    expect(one.asked.allowCredentials).toBeUndefined();
    expect((await one.enter(passkey.sign(one.asked))).status).toBe(200);
    expect((await one.browser.get('/api/session')).body).toMatchObject({ id });
    expect((await desk.lines('session.begin'))[0]).toMatchObject({ actor: id, after: { by: 'passkey' } });
    expect(JSON.stringify(one.asked)).not.toContain(email);
    expect((await browser.get('/api/me/passkeys')).body.items[0].used).not.toBeNull();
  });

  it('is removed by who gives his password, and opens nothing from then on', async () => {
    const person = await owner();
    const { browser, passkey, id } = person;
    const remove = (password: string, from = browser) =>
      from.ask('DELETE', '/api/me/passkeys', { passkey: passkey.id, password });
    const other = await owner();
    expect((await remove('not-the-password')).status).toBe(403);
    expect((await remove(PASSWORD, other.browser)).status).toBe(404);
    const ahead = await alone();
    expect((await remove(PASSWORD)).status).toBe(200);
    expect((await desk.lines('passkey.remove'))[0]).toMatchObject({ actor: id, before: { name: 'Blue key' } });
    expect((await browser.get('/api/me/passkeys')).body.items).toEqual([]);
    expect((await ahead.enter(passkey.sign(ahead.asked))).status).toBe(401);
    expect((await half(person)).ways).toEqual(['totp', 'recovery']);
  });

  it('signs each challenge once, within five minutes, of two at the same moment for one', async () => {
    const { passkey } = await owner();
    const first = await alone();
    const proof = passkey.sign(first.asked);
    expect((await first.enter(proof)).status).toBe(200);
    const replay = await alone();
    expect((await replay.enter(proof)).status).toBe(401);
    expect(await me(replay.browser)).toBe(401);
    const twice = await alone();
    const both = await Promise.all([twice.enter(passkey.sign(twice.asked)), twice.enter(passkey.sign(twice.asked))]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const late = await alone();
    desk.pass(5 * 60_000);
    expect((await late.enter(passkey.sign(late.asked))).status).toBe(401);
    expect((await late.enter(passkey.sign({ challenge: Buffer.alloc(32, 7).toString('base64url') }))).status).toBe(401);
    await forgetOver(desk.db, (desk.clock.now + 1) as typeof desk.clock.now);
    expect(
      await desk.db.selectFrom('passkey_challenges').select('ends').where('ends', '<=', desk.clock.now).execute(),
    ).toEqual([]);
  });

  it('signs for the half session in which it was asked, and for no other', async () => {
    const person = await owner();
    const { passkey } = person;
    const [one, other, door] = [await half(person), await half(person), await alone()];
    expect((await other.second(passkey.sign(one.asked))).status).toBe(401);
    expect((await other.second(passkey.sign(door.asked))).status).toBe(401);
    expect((await door.enter(passkey.sign(one.asked))).status).toBe(401);
    expect((await one.second(passkey.sign(one.asked))).status).toBe(200);
    const nobody = browserAt();
    expect((await nobody.post('/api/session/second/offer')).status).toBe(401);
    expect((await nobody.post('/api/session/second', { passkey: passkey.sign(other.asked) })).status).toBe(401);
  });

  it('of somebody else, or that says it is of somebody else, opens nothing', async () => {
    const [person, thief] = [await owner(), await owner()];
    const entry = await half(person);
    expect((await entry.second(thief.passkey.sign(entry.asked))).status).toBe(401);
    expect(await me(entry.browser)).toBe(401);
    const door = await alone();
    const swapped = { ...thief.passkey.sign(door.asked), id: person.passkey.id, rawId: person.passkey.id };
    expect((await door.enter(swapped)).status).toBe(401);
    const proof = thief.passkey.sign(door.asked);
    const lie = {
      ...proof,
      response: { ...proof.response, userHandle: person.passkey.sign(door.asked).response.userHandle },
    };
    expect((await door.enter(lie)).status).toBe(401);
    const { userHandle: _, ...silent } = proof.response;
    expect((await door.enter({ ...proof, response: silent })).status).toBe(401);
    // Nor is the passkey of another taken on as one's own.
    expect((await add(thief.browser, person.passkey)).body.detail).toBe('this passkey is known already');
    expect((await door.enter(proof)).body).toEqual({ done: true });
  });

  it.each([
    ['on the page of somebody else', { origin: 'https://evil.example' }],
    ['on another page of this machine', { origin: 'http://localhost:1' }],
    ['for another site', { site: 'evil.example' }],
    ['for something else', { type: 'webauthn.create' }],
  ])('that was signed %s opens nothing, and is not added', async (_, ways) => {
    const { passkey, browser } = await owner();
    const door = await alone();
    expect((await door.enter(passkey.sign(door.asked, ways))).status).toBe(401);
    const offer = await browser.post('/api/me/passkeys/offer', { password: PASSWORD });
    const made = new Authenticator(page).make(offer.body, 'type' in ways ? { type: 'webauthn.get' } : ways);
    expect((await browser.post('/api/me/passkeys', { name: 'n', made })).status).toBe(400);
  });

  it('is not added for a challenge of another session, or twice for one', async () => {
    const [person, thief] = [await owner(), await owner()];
    const offer = await person.browser.post('/api/me/passkeys/offer', { password: PASSWORD });
    const made = new Authenticator(page).make(offer.body);
    expect((await thief.browser.post('/api/me/passkeys', { name: 'mine', made })).status).toBe(400);
    expect((await person.browser.post('/api/me/passkeys', { name: 'mine', made })).status).toBe(200);
    const again = new Authenticator(page).make(offer.body);
    expect((await person.browser.post('/api/me/passkeys', { name: 'mine', made: again })).status).toBe(400);
  });

  it('that did not ask who holds it does not let in alone', async () => {
    const { passkey } = await owner();
    const door = await alone();
    const { status, body } = await door.enter(passkey.sign(door.asked, { verified: false }));
    expect({ status, detail: body.detail }).toMatchObject({
      status: 401,
      detail: expect.stringContaining('did not ask who'),
    });
    expect(await me(door.browser)).toBe(401);
  });

  it('that tells fewer uses than before, or as many, is refused, and that stands in the trail', async () => {
    const person = await owner();
    const { passkey, id } = person;
    const enter = async (count: number) => {
      const door = await alone();
      return door.enter(passkey.sign(door.asked, { count }));
    };
    expect((await enter(7)).status).toBe(200);
    for (const count of [7, 3, 0]) {
      const { status, body } = await enter(count);
      expect(status).toBe(401);
      expect(body.detail).toContain('there may be a copy');
    }
    const told = (await desk.lines('passkey.refuse')).filter(({ subject }) => subject?.person === id);
    expect(told).toHaveLength(3);
    expect(told[0]).toMatchObject({ after: { name: 'Blue key' }, why: expect.stringContaining('there may be a copy') });
    const entry = await half(person);
    expect((await entry.second(passkey.sign(entry.asked, { count: 7 }))).status).toBe(401);
    // A count that nobody signed moves nothing.
    const door = await alone();
    const proof = passkey.sign(door.asked, { count: 900 });
    const forged = {
      ...proof,
      response: { ...proof.response, signature: passkey.sign(door.asked).response.signature },
    };
    expect((await door.enter(forged)).body.detail).toContain('not known here');
    expect((await enter(8)).status).toBe(200);
  });

  it('that does not count is taken as it is', async () => {
    const { passkey } = await owner();
    for (let i = 0; i < 2; i++) {
      const door = await alone();
      expect((await door.enter(passkey.sign(door.asked, { count: 0 }))).status).toBe(200);
    }
  });

  it('of who is suspended, or was reset, opens nothing', async () => {
    const here = await desk.facility();
    const admin = await desk.employ({ [here]: ['administrator'] });
    const person = await desk.employ({ [here]: ['officer'] }, false, page);
    const passkey = new Authenticator(page);
    await add(person.browser, passkey);
    const door = await alone();
    const at = `/api/facilities/${here}/people/${person.id}`;
    await admin.browser.post(`${at}/suspend`, { why: 'left' });
    expect((await door.enter(passkey.sign(door.asked))).status).toBe(401);
    await admin.browser.post(`${at}/resume`, { why: 'back' });
    const { link } = (await admin.browser.post(`${at}/reset`, { why: 'lost' })).body;
    expect((await desk.open(link.replace('/#/welcome/', ''), 'Pat')).status).toBe(200);
    expect((await door.enter(passkey.sign(door.asked))).status).toBe(401);
  });

  it('wants a site that has a name', async () => {
    const employee = await desk.employ({});
    const { status, body } = await employee.browser.post('/api/me/passkeys/offer', { password: PASSWORD });
    expect({ status, body }).toMatchObject({ status: 409, body: { detail: expect.stringContaining('set http.url') } });
    expect(siteOf('https://phones.county.gov', 'http://10.0.0.7:8080')).toEqual({
      ...{ id: 'phones.county.gov', origin: 'https://phones.county.gov' },
    });
    expect(() => siteOf(undefined, 'https://phones.county.gov')).toThrow('set http.url');
    expect(() => siteOf('https://10.0.0.7', 'https://10.0.0.7')).toThrow('http.url has a number');
    expect(() => siteOf('https://[2001:db8::1]', '')).toThrow('http.url has a number');
  });
}
