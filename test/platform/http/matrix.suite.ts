import { afterAll, beforeAll, expect, it } from 'vitest';
import { RIGHTS_OF, Role } from '../../../src/protocol/api/rights.ts';
import type { FacilityId } from '../../../src/protocol/units.ts';
import { type Desk, type Employee, openDesk } from '../people/desk.ts';
import type { Setup } from '../world.ts';
import { linkedRooms } from './rooms.ts';
import { type Route, routesOf } from './routes.ts';

/** Nothing takes a list: who is let in is told so, and nothing is done. */
const NOTHING_TAKES = [] as const;

/** Every role at every route of the API's document: who holds the right there is let in, and nobody else anywhere. */
export function matrixSuite(setup: () => Setup): void {
  let desk: Desk;
  let mine: FacilityId;
  let routes: Route[];
  const staff = new Map<string, Employee>();
  beforeAll(async () => {
    const limits = { session: 1_000_000, address: 1_000_000 };
    desk = await openDesk(setup(), { port: 0, limits }, await linkedRooms(setup().world.control));
    mine = await desk.facility();
    const theirs = await desk.facility();
    for (const role of Role.options) staff.set(role, await desk.employ({ [mine]: [role] }));
    staff.set('a colleague of another county', await desk.employ({ [theirs]: Role.options }));
    staff.set('the operator', await desk.employ({}, true));
    const document = await desk.browser().get('/api/docs/json');
    // What is for anybody, or for whoever is signed in, is of nobody's role.
    routes = routesOf(document.body).filter(({ right }) => right !== 'anybody' && right !== 'known');
    expect(routes.length).toBeGreaterThan(50);
  }, 120_000);
  afterAll(() => desk?.close());

  /** What is answered, and nothing is done. */
  const knock = async ({ browser }: Employee, { method, path, query }: Route) => {
    const at = path.replace('/facilities/f', `/facilities/${mine}`);
    if (method === 'GET' && path.endsWith('/live')) return open(browser.address, at, browser.cookie ?? '');
    return (await browser.ask(method, `${at}${query}`, method === 'GET' ? undefined : NOTHING_TAKES)).status;
  };
  /** A stream is heard of and left. */
  const open = async (address: string, path: string, cookie: string): Promise<number> => {
    const leave = new AbortController();
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    const { status } = await fetch(`${address}${path}`, { headers, signal: leave.signal });
    leave.abort();
    return status;
  };

  it.each(Role.options)(
    'an officer of that role is let in where his right is wanted, and nowhere else: %s',
    async (role) => {
      const who = staff.get(role);
      if (!who) throw new Error(`nobody is ${role}`);
      const held: readonly string[] = RIGHTS_OF[role];
      for (const route of routes) {
        const may = route.path.includes('/facilities/f') && held.includes(route.right);
        const status = await knock(who, route);
        const letIn = ![401, 403].includes(status);
        expect({ role, ...route, letIn, status }).toEqual({ role, ...route, letIn: may, status });
      }
    },
    120_000,
  );

  it('a colleague of another county finds nothing, on any route of a facility', async () => {
    const who = staff.get('a colleague of another county');
    if (!who) throw new Error('nobody is there');
    for (const route of routes) {
      const status = await knock(who, route);
      const wanted = route.path.includes('/facilities/f') ? 404 : 403;
      expect({ ...route, status }).toEqual({ ...route, status: wanted });
    }
  }, 120_000);

  it('who runs the platform is let in everywhere', async () => {
    const who = staff.get('the operator');
    if (!who) throw new Error('nobody is there');
    for (const route of routes) {
      const status = await knock(who, route);
      expect([401, 403], JSON.stringify({ ...route, status })).not.toContain(status);
    }
  }, 120_000);
}
