import { once } from 'node:events';
import { connect } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpConfig } from '../../../src/platform/config.ts';
import type { Schema } from '../../../src/platform/database/schema.ts';
import { HttpError, letIn } from '../../../src/platform/http/access.ts';
import { startApi } from '../../../src/platform/http/server.ts';
import type { Actor } from '../../../src/platform/people/actor.ts';
import { RIGHTS, type Right, Role } from '../../../src/protocol/api/rights.ts';
import { FacilityId } from '../../../src/protocol/units.ts';
import { LOOKS, tokenOf } from '../people/machine.ts';
import type { Setup } from '../world.ts';
import { linkedRooms } from './rooms.ts';
import { CALL, type Route, routesOf } from './routes.ts';

const LIBRARIES = /FST_|zod|\bexpected|\breceived|invalid input|fastify|unexpected|node_modules/i;

export function problemSuite(setup: () => Setup): void {
  const log = pino({ level: 'silent' });
  const vitals = () => ({ broker: 'up' as const, facilities: [], counters: {} });
  const config = HttpConfig.parse({ port: 0 });
  let [staff, admin] = ['', ''];
  let api: Awaited<ReturnType<typeof startApi>>;
  /** Every route that the API's document has, and whoever has only what the staff token may. */
  let routes: Route[];
  let guarded: Route[];
  let taking: Route[];
  beforeAll(async () => {
    const { db } = setup().database;
    [staff, admin] = [await tokenOf(db, 'Staff', LOOKS), await tokenOf(db, 'Admin', RIGHTS)];
    api = await startApi(config, setup().world.control, vitals, log, await linkedRooms(setup().world.control));
    routes = routesOf(await (await fetch(`${api.address}/api/docs/json`)).json());
    guarded = routes.filter(({ right }) => right !== 'anybody');
    taking = guarded.filter(({ method }) => method !== 'GET');
    expect(guarded.length).toBeGreaterThan(15);
  });
  afterAll(() => api?.close());

  interface Asked {
    token?: string;
    body?: string;
    type?: string;
    at?: string;
  }
  /** Asks, and holds whatever is answered to RFC 9457 and to our own words. */
  const refused = async (method: string, path: string, { token = admin, body, type, at = api.address }: Asked = {}) => {
    const response = await fetch(`${at}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(type !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    });
    return {
      headers: response.headers,
      ...held(response.status, response.headers.get('content-type'), await response.text()),
    };
  };
  const held = (status: number, type: string | null, text: string) => {
    expect(type).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(text) as Record<'type' | 'title' | 'detail', string> & { status: number };
    expect(Object.keys(problem).sort()).toEqual(['detail', 'status', 'title', 'type']);
    expect(problem).toMatchObject({ type: 'about:blank', status, title: expect.stringMatching(/^[A-Z]/) });
    expect(problem.detail).toMatch(/^\S[^\n]{8,}$/);
    expect(problem.detail).not.toMatch(LIBRARIES);
    return { status, detail: problem.detail };
  };

  it('lets nobody in without a known token, on any route', async () => {
    for (const { method, path } of guarded) {
      for (const token of ['of-somebody-else', '']) {
        const sent = method === 'GET' ? {} : { body: '{}', type: 'application/json' };
        const { status, headers } = await refused(method, path, { token, ...sent });
        expect({ method, path, status }).toEqual({ method, path, status: 401 });
        expect(headers.get('www-authenticate')).toBe('Bearer');
      }
    }
  });

  it('lets nobody in without the right, on any route', async () => {
    // Staff's token looks, and changes nothing.
    for (const { method, path, right } of taking.filter((route) => route.right !== 'known')) {
      const { status, detail } = await refused(method, path, { token: staff, body: '{}', type: 'application/json' });
      expect({ method, path, status }).toEqual({ method, path, status: 403 });
      expect(detail).toContain(right);
    }
  });

  it('tells of a facility of others no more than of none', () => {
    const roles = new Map([[FacilityId.parse('mine'), Role.options]]);
    const who: Actor = { ...{ kind: 'person', id: 'p', name: 'P', from: '-' }, operator: false, roles, scopes: null };
    const said = (facility: unknown, right: Right) => {
      try {
        letIn(who, right, facility);
      } catch (error) {
        if (error instanceof HttpError) return `${error.statusCode} ${error.message}`;
        throw error;
      }
      return 'let in';
    };
    for (const { right } of guarded.filter(({ path }) => path.includes('/facilities/'))) {
      expect(said('theirs', right as Right)).toMatch(/^404 there is no such facility/);
      for (const none of ['nowhere', 'a b', ''])
        expect(said(none, right as Right)).toBe(said('theirs', right as Right));
    }
  });

  it('names the methods that a path takes to whoever sends another', async () => {
    const known = new Map<string, string[]>();
    for (const { method, path } of routes) known.set(path, [...(known.get(path) ?? []), method]);
    for (const [path, methods] of known)
      for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((m) => !methods.includes(m))) {
        const { status, headers, detail } = await refused(other, path);
        expect({ path, other, status }).toEqual({ path, other, status: 405 });
        expect(
          headers
            .get('allow')
            ?.split(', ')
            .filter((m) => m !== 'HEAD')
            .sort(),
        ).toEqual([...methods].sort());
        expect(detail).toContain(`${other} was sent`);
      }
  });

  it('names what is wrong with a body, on any route that takes one', async () => {
    const json = 'application/json';
    const bodies = [
      [400, '{"torn', json, 'the body is not JSON'],
      [400, '', json, 'none was sent'],
      [400, '{"__proto__":{"x":1}}', json, 'not JSON'],
      [400, '{"colour":[]}', json, ''],
      [400, '[]', json, 'a list stands there'],
      [400, '"text"', json, 'text stands there'],
      [413, JSON.stringify({ by: 'x'.repeat(65_536) }), json, '65536 bytes are allowed'],
      [415, 'by=me', 'application/x-www-form-urlencoded', 'a body is JSON here'],
      [415, 'hello', 'text/plain', 'a body is JSON here'],
      [415, 'hello', 'no type at all', 'a body is JSON here'],
    ] as const;
    for (const { method, path } of taking)
      for (const [status, body, type, why] of bodies) {
        // A facility's file may be larger, and is read apart: whatever is not of it is refused as such.
        if (path.endsWith('/site') && (status === 413 || body.includes('__proto__'))) continue;
        expect({ path, body, ...(await refused(method, path, { body, type })) }).toMatchObject({
          ...{ path, body, status },
          detail: expect.stringContaining(why),
        });
      }
  });

  it.each([
    [404, '/recods', 'there is no GET /recods'],
    [404, '/api/facilities/f/recods', 'there is no GET /api/facilities/f/recods'],
    [404, `/api/facilities/f/records/t/${CALL}`, `there is no record of call ${CALL} of terminal t`],
    [404, '/api/facilities/f/accounts/a', 'there is no account a'],
    [404, '/api/facilities/f/callers/c', 'there is no caller c in facility f'],
    [400, '/api/facilities/f/records/t/%ff', 'the path cannot be read'],
    [414, `/api/facilities/f/records/t/${'x'.repeat(200)}`, 'too long'],
    [400, '/api/facilities/f/records/t/x', 'call: an id (UUID) is wanted'],
    [400, '/api/facilities/f/records?limit=many', 'limit: a number is wanted, something else stands there'],
    [400, '/api/facilities/f/records?limit=1.5', 'limit: a whole number is wanted'],
    [400, '/api/facilities/f/records?limit=5000', 'limit: at most 1000 is allowed'],
    [400, '/api/facilities/f/records?limit=1&limit=2', 'limit: a number is wanted'],
    [400, '/api/facilities/f/blocks?lifted=maybe', 'lifted: one of true, false is wanted'],
    [404, '/api/facilities/a%20b/callers', 'there is no such facility'],
  ])('%i for %s', async (status, path, why) => {
    expect(await refused('GET', path)).toMatchObject({ status, detail: expect.stringContaining(why) });
  });

  it.each([
    [400, 'BOGUS\r\n\r\n', 'the request is not HTTP'],
    [400, 'GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 'the request is not HTTP'],
    [431, `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 'the header is too large'],
  ])('%i for bytes that are no request: %j', async (status, bytes, why) => {
    const { hostname, port } = new URL(api.address);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.write(bytes);
    await once(socket, 'close');
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? null;
    expect(held(Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]), type, body)).toMatchObject({ status, detail: why });
  });

  it('and is closed though on a connection nothing was ever asked', async () => {
    const closing = await startApi(config, setup().world.control, vitals, log);
    const { hostname, port } = new URL(closing.address);
    const idle = connect(Number(port), hostname);
    await once(idle, 'connect');
    const gone = once(idle.resume(), 'close');
    await closing.close();
    await gone;
  });

  it('500 for each route where the database is not there, and the log alone says why', async () => {
    const db = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ host: '127.0.0.1', port: 1 }) }),
    });
    const { control } = setup().world;
    const shut = await startApi(config, { ...control, db }, vitals, log, await linkedRooms(control));
    for (const { method, path, query, body } of guarded) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body), type: 'application/json' };
      const { status, detail } = await refused(method, `${path}${query}`, { ...sent, at: shut.address });
      expect({ method, path, status, detail }).toEqual({
        ...{ method, path, status: 500, detail: 'the platform has a fault: see its log' },
      });
    }
    await shut.close();
    await db.destroy();
  });
}
