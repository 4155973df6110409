import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Setup } from '../world.ts';
import { type Browser, type Desk, openDesk, PASSWORD } from './desk.ts';

export function peopleSuite(setup: () => Setup): void {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(setup());
  });
  afterAll(() => desk?.close());
  const me = async (browser: Browser) => (await browser.get('/api/session')).status;
  const tokenIn = (link: string) => link.replace('/#/welcome/', '');

  it('are invited by an administrator with a link that is good once, and are told of what concerns the facility alone', async () => {
    const [here, there] = [await desk.facility(), await desk.facility()];
    const { browser } = await desk.employ({ [here]: ['administrator'] });
    const at = `/api/facilities/${here}/people`;
    const wish = { email: `New.${here}@Example.gov`, name: 'Nell New', roles: ['officer', 'finance', 'officer'] };
    const made = await browser.post(at, wish);
    expect(made.status).toBe(201);
    const { browser: nell, body } = await desk.open(tokenIn(made.body.link), 'Nell New');
    expect(body.recovery).toHaveLength(10);
    expect((await nell.get('/api/session')).body.facilities).toMatchObject([
      { facility: here, roles: ['finance', 'officer'] },
    ]);
    expect((await browser.get(at)).body.items).toContainEqual({
      ...{ id: made.body.id, name: 'Nell New', email: wish.email.toLowerCase() },
      ...{ state: 'active', roles: ['finance', 'officer'] },
    });
    expect((await browser.get(`/api/facilities/${there}/people`)).status).toBe(404);
    expect((await nell.get(at)).status).toBe(403);
    expect(JSON.stringify(await desk.lines('person.invite', here))).not.toContain(tokenIn(made.body.link));
  });

  it('who are known are given no link by an invitation, in whatever letters, and no twin', async () => {
    const [here, there] = [await desk.facility(), await desk.facility()];
    const { browser } = await desk.employ({ [here]: ['administrator'] });
    const known = await desk.employ({ [there]: ['supervisor'] });
    const invite = (email: string) =>
      browser.post(`/api/facilities/${here}/people`, { email, name: 'Somebody Else', roles: ['officer'] });
    expect((await invite(known.email.toUpperCase())).body).toEqual({ id: known.id, link: null, ends: null });
    const { name, facilities } = (await (await desk.signIn(known)).get('/api/session')).body;
    expect(name).toMatch(/^Employee/);
    expect(facilities).toHaveLength(2);
    for (const twin of ['аda@example.gov', 'ada@exаmple.gov', 'ada@example.gov\u200b', 'ｊane@example.gov'])
      expect((await invite(twin)).status).toBe(400);
    // Invited by others, and not there yet: neither is that link handed on.
    const operator = await desk.employ({ [there]: ['administrator'] });
    const fresh = { email: `fresh-${there}@example.gov`, name: 'Fresh', roles: ['officer'] };
    expect((await operator.browser.post(`/api/facilities/${there}/people`, fresh)).body.link).toMatch(/welcome/);
    expect((await invite(fresh.email)).body.link).toBeNull();
  });

  it('are let in no more from the moment they are suspended, and again when that is over', async () => {
    const here = await desk.facility();
    const { browser, id } = await desk.employ({ [here]: ['administrator'] });
    const officer = await desk.employ({ [here]: ['officer'] });
    const at = `/api/facilities/${here}/people/${officer.id}`;
    expect((await browser.post(`${at}/suspend`, {})).status).toBe(400);
    expect((await browser.post(`${at}/suspend`, { why: 'left' })).status).toBe(200);
    expect(await me(officer.browser)).toBe(401);
    const half = await desk.browser().post('/api/session', { email: officer.email, password: PASSWORD });
    expect(half).toMatchObject({ status: 401, body: { detail: 'e-mail or password is wrong' } });
    expect((await browser.post(`${at}/reset`, { why: 'lost' })).status).toBe(409);
    expect((await browser.post(`${at}/resume`, { why: 'is back' })).status).toBe(200);
    expect(await me(await desk.signIn(officer))).toBe(200);
    expect((await desk.lines('person.suspend', here))[0]).toMatchObject({ actor: id, why: 'left' });
  });

  it('have other rights at once, and sign in anew for them', async () => {
    const here = await desk.facility();
    const { browser, id } = await desk.employ({ [here]: ['administrator'] });
    const officer = await desk.employ({ [here]: ['officer'] });
    const put = (person: string, roles: string[]) =>
      browser.ask('PUT', `/api/facilities/${here}/people/${person}/roles`, { roles });
    expect((await put(id, ['auditor', 'administrator'])).body.detail).toContain('nobody changes his own roles');
    expect(
      (
        await browser.post(`/api/facilities/${here}/people`, {
          email: `${id}@example.gov`,
          name: 'I',
          roles: ['auditor'],
        })
      ).status,
    ).toBe(403);
    expect((await put(officer.id, ['operator'])).status).toBe(400);
    expect((await put(officer.id, ['auditor'])).status).toBe(200);
    expect(await me(officer.browser)).toBe(401);
    const again = await desk.signIn(officer);
    expect((await again.get('/api/session')).body.facilities).toMatchObject([{ roles: ['auditor'] }]);
    expect((await put(officer.id, [])).status).toBe(200);
    expect((await put(officer.id, ['officer'])).status).toBe(404);
    expect((await desk.lines('person.roles', here))[1]).toMatchObject({
      before: { roles: ['officer'] },
      after: { roles: ['auditor'] },
    });
  });

  it('who work elsewhere too, or run the platform, are not taken over by the administrator of one facility', async () => {
    const [here, there] = [await desk.facility(), await desk.facility()];
    const { browser, id } = await desk.employ({ [here]: ['administrator'] });
    const both = await desk.employ({ [here]: ['officer'], [there]: ['auditor'] });
    const operator = await desk.employ({ [here]: ['officer'] }, true);
    const elsewhere = await desk.employ({ [there]: ['officer'] });
    for (const verb of ['reset', 'suspend']) {
      const ask = (person: string) => browser.post(`/api/facilities/${here}/people/${person}/${verb}`, { why: 'mine' });
      expect((await ask(both.id)).status).toBe(403);
      expect((await ask(operator.id)).status).toBe(403);
      expect((await ask(elsewhere.id)).status).toBe(404);
      expect((await ask(id)).status).toBe(403);
      expect((await browser.post(`/api/people/${both.id}/${verb}`, { why: 'mine' })).status).toBe(403);
    }
    expect(await me(both.browser)).toBe(200);
    const reset = await operator.browser.post(`/api/people/${both.id}/reset`, { why: 'lost his phone' });
    const again = await desk.open(tokenIn(reset.body.link), 'Both Again');
    expect((await again.browser.get('/api/session')).body.facilities).toHaveLength(2);
    expect((await desk.browser().get(`/api/welcome/${tokenIn(reset.body.link)}`)).body.detail).toContain(
      'used already',
    );
  });

  it('who run the platform see all, and invite others who do', async () => {
    const here = await desk.facility();
    const operator = await desk.employ({}, true);
    const officer = await desk.employ({ [here]: ['officer'] });
    const { items } = (await operator.browser.get('/api/people')).body;
    expect(items).toContainEqual(
      expect.objectContaining({
        id: officer.id,
        operator: false,
        facilities: [{ facility: here, roles: ['officer'] }],
      }),
    );
    expect((await officer.browser.get('/api/people')).status).toBe(403);
    const wish = { email: `second-${here}@example.gov`, name: 'Second' };
    const { body } = await operator.browser.post('/api/people', wish);
    const second = await desk.open(tokenIn(body.link), 'Second');
    expect((await second.browser.get('/api/session')).body.operator).toBe(true);
    expect((await operator.browser.post('/api/people', { ...wish, email: officer.email })).status).toBe(409);
  });
}
