import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Setup } from '../world.ts';
import { type Desk, openDesk } from './desk.ts';

export function tokenSuite(setup: () => Setup): void {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(setup());
  });
  afterAll(() => desk?.close());
  const by = (token: string) => (method: string, path: string, body?: object) =>
    desk.browser().ask(method, path, body, { authorization: `Bearer ${token}` });
  const wish = { name: 'monitor', rights: ['terminals.read'], days: 30 };

  it('is for its facility and its rights alone, as long as it is good, and shown once', async () => {
    const [here, there] = [await desk.facility(), await desk.facility()];
    const { browser } = await desk.employ({ [here]: ['administrator'], [there]: ['administrator'] });
    const made = await browser.post(`/api/facilities/${here}/tokens`, wish);
    expect(made.status).toBe(201);
    const machine = by(made.body.token);
    expect((await machine('GET', '/api/session')).body).toMatchObject({
      ...{ kind: 'machine', name: 'monitor', operator: false },
      facilities: [{ facility: here, roles: [], rights: ['terminals.read'] }],
    });
    expect((await machine('GET', `/api/facilities/${here}/terminals/t1/keys`)).status).toBe(200);
    expect((await machine('GET', `/api/facilities/${there}/terminals/t1/keys`)).status).toBe(404);
    expect((await machine('GET', `/api/facilities/${here}/tokens`)).body.detail).toBe(
      'this token is not for people.read',
    );
    expect((await machine('POST', '/api/me/password', { current: 'x', password: 'x'.repeat(12) })).status).toBe(403);
    const { items } = (await browser.get(`/api/facilities/${here}/tokens`)).body;
    expect(items).toMatchObject([{ id: made.body.id, name: 'monitor', rights: ['terminals.read'] }]);
    expect(JSON.stringify(items)).not.toContain(made.body.token);
    expect((await browser.get(`/api/facilities/${there}/tokens`)).body.items).toEqual([]);
    expect((await browser.ask('DELETE', `/api/facilities/${there}/tokens/${made.body.id}`, {})).status).toBe(404);
    expect((await browser.ask('DELETE', `/api/facilities/${here}/tokens/${made.body.id}`, {})).status).toBe(200);
    expect((await machine('GET', '/api/session')).status).toBe(401);
    expect((await desk.lines('token.make', here))[0]).toMatchObject({ subject: { token: made.body.id } });
  });

  it('is over when its days are', async () => {
    const here = await desk.facility();
    const employee = await desk.employ({ [here]: ['administrator'] });
    const { body } = await employee.browser.post(`/api/facilities/${here}/tokens`, { ...wish, days: 1 });
    expect((await by(body.token)('GET', '/api/session')).status).toBe(200);
    desk.pass(86_400_000);
    expect((await by(body.token)('GET', '/api/session')).status).toBe(401);
  });

  it.each([
    [403, { rights: ['calls.tips'] }, 'you may not calls.tips yourself'],
    [400, { rights: ['people.change'] }, 'rights.0'],
    [400, { rights: [] }, 'rights'],
    [400, { days: 367 }, 'at most 366'],
    [400, { name: 'a\nb' }, 'one line'],
  ])('%i for one of %j', async (status, change, why) => {
    const here = await desk.facility();
    const { browser } = await desk.employ({ [here]: ['administrator'] });
    const refused = await browser.post(`/api/facilities/${here}/tokens`, { ...wish, ...change });
    expect(refused).toMatchObject({ status, body: { detail: expect.stringContaining(why) } });
  });

  it('over the platform is made by those who run it alone, and a cookie makes no bad token good', async () => {
    const here = await desk.facility();
    const { browser } = await desk.employ({ [here]: ['administrator'] });
    expect((await browser.post('/api/tokens', wish)).status).toBe(403);
    const { browser: operator } = await desk.employ({}, true);
    const { body } = await operator.post('/api/tokens', wish);
    expect((await by(body.token)('GET', `/api/facilities/${here}/terminals/t1/keys`)).status).toBe(200);
    expect((await by(body.token)('GET', '/api/tokens')).status).toBe(403);
    const both = await operator.ask('GET', '/api/session', undefined, { authorization: 'Bearer bad-bad-bad' });
    expect(both.status).toBe(401);
    expect((await operator.get('/api/tokens')).body.items).toContainEqual(expect.objectContaining({ id: body.id }));
  });

  it('that is refused leaves a line, in the trail of the facility where it is known', async () => {
    const here = await desk.facility();
    const { browser, id } = await desk.employ({ [here]: ['officer'] });
    expect((await browser.get(`/api/facilities/${here}/tokens`)).status).toBe(403);
    expect(await desk.lines('request.refuse', here)).toMatchObject([
      { actor: id, roles: 'officer', after: { asked: 'GET /api/facilities/:facility/tokens', right: 'people.read' } },
    ]);
    for (let i = 0; i < 40; i++) await browser.get(`/api/facilities/${here}/tokens`);
    expect((await desk.lines('request.refuse', here)).length).toBeLessThan(12);
  });
}
