import { once } from 'node:events';
import { connect } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpConfig } from '../../../src/platform/config.ts';
import type { Schema } from '../../../src/platform/database/schema.ts';
import { startApi } from '../../../src/platform/http/server.ts';
import type { Setup } from '../world.ts';

const STAFF = 'staff-token-of-a-test';
const ADMIN = 'admin-token-of-a-test';
const CALL = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const LIBRARIES = /FST_|zod|\bexpected|\breceived|invalid input|fastify|unexpected|node_modules/i;

/** Everything that may be asked for, and by whom. */
const ROUTES = [
  ['GET', '/health', null],
  ['GET', '/records', STAFF],
  ['GET', `/records/f/t/${CALL}`, STAFF],
  ['GET', '/api/facilities/f/terminals/t/keys', STAFF],
  ['GET', '/accounts', STAFF],
  ['GET', '/accounts/f/a', STAFF],
  ['POST', '/accounts/f/a/deposits', ADMIN],
  ['GET', '/callers', STAFF],
  ['GET', '/callers/f/c', STAFF],
  ['GET', '/blocks', STAFF],
  ['POST', '/blocks/f/1/lift', ADMIN],
  ['POST', `/api/facilities/f/terminals/t/keys/${'x'.repeat(43)}/accept`, ADMIN],
  ['POST', `/api/facilities/f/terminals/t/keys/${'k'.repeat(43)}/accept`, ADMIN],
] as const;
const GUARDED = ROUTES.filter(([, , token]) => token !== null);
const TAKING = ROUTES.filter(([method]) => method === 'POST');

export function problemSuite(setup: () => Setup): void {
  const log = pino({ level: 'silent' });
  const vitals = () => ({ broker: 'up' as const, facilities: [], counters: {} });
  const config = HttpConfig.parse({ port: 0, token: STAFF, adminToken: ADMIN });
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi(config, setup().world.control, vitals, log);
  });
  afterAll(() => api?.close());

  interface Asked {
    token?: string;
    body?: string;
    type?: string;
    at?: string;
  }
  /** Asks, and holds whatever is answered to RFC 9457 and to our own words. */
  const refused = async (method: string, path: string, { token = ADMIN, body, type, at = api.address }: Asked = {}) => {
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

  it.each(GUARDED)('%s %s without a known token', async (method, path) => {
    const { status, headers } = await refused(method, path, {
      token: 'of-somebody-else',
      body: method === 'POST' ? '{}' : undefined,
      type: 'application/json',
    } as Asked);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(TAKING)('%s %s by staff that may not', async (method, path) => {
    expect(await refused(method, path, { token: STAFF, body: '{}', type: 'application/json' })).toMatchObject({
      status: 403,
    });
  });

  it.each(ROUTES)('any method but %s on %s', async (method, path) => {
    for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((name) => name !== method)) {
      const { status, headers, detail } = await refused(other, path);
      expect(status).toBe(405);
      expect(headers.get('allow')).toBe(method === 'GET' ? 'GET, HEAD' : method);
      expect(detail).toContain(`${other} was sent`);
    }
  });

  it.each(TAKING)('%s %s with a body that cannot be taken', async (method, path) => {
    const json = 'application/json';
    const bodies = [
      [400, '{"torn', json, 'the body is not JSON'],
      [400, '', json, 'none was sent'],
      [400, '{"__proto__":{"x":1}}', json, 'not JSON'],
      [400, '{"amount":5,"by":[]}', json, 'text is wanted'],
      [400, '[]', json, 'a list stands there'],
      [400, '"text"', json, 'text stands there'],
      [413, JSON.stringify({ by: 'x'.repeat(65_536) }), json, '65536 bytes are allowed'],
      [415, 'by=me', 'application/x-www-form-urlencoded', 'a body is JSON here'],
      [415, 'hello', 'text/plain', 'a body is JSON here'],
      [415, 'hello', 'no type at all', 'a body is JSON here'],
    ] as const;
    for (const [status, body, type, why] of bodies)
      expect(await refused(method, path, { body, type })).toMatchObject({
        status,
        detail: expect.stringContaining(why),
      });
  });

  it.each([
    [404, '/', 'there is no GET /'],
    [404, '/recods', 'there is no GET /recods'],
    [404, `/records/f/t/${CALL}`, `there is no record of call ${CALL} of terminal t`],
    [404, '/accounts/f/a', 'there is no account f/a'],
    [404, '/callers/f/c', 'there is no caller c in facility f'],
    [400, '/records/f/t/%ff', 'the path cannot be read'],
    [414, `/records/f/t/${'x'.repeat(200)}`, 'too long'],
    [400, '/records/f/t/x', 'call: an id (UUID) is wanted'],
    [400, '/records?limit=many', 'limit: a number is wanted, something else stands there'],
    [400, '/records?limit=1.5', 'limit: a whole number is wanted'],
    [400, '/records?limit=5000', 'limit: at most 1000 is allowed'],
    [400, '/records?limit=1&limit=2', 'limit: a number is wanted'],
    [400, '/records?facility=a%20b', 'facility: letters, digits'],
    [400, '/blocks?facility=f&lifted=maybe', 'lifted: one of true, false is wanted'],
    [400, '/callers', 'facility: text is wanted, nothing stands there'],
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
    const shut = await startApi(config, { ...setup().world.control, db }, vitals, log);
    for (const [method, path] of GUARDED) {
      const query = path === '/callers' || path === '/blocks' ? '?facility=f' : '';
      const body = path.endsWith('accept')
        ? { why: 'b' }
        : path.endsWith('lift')
          ? { by: 'a', why: 'b' }
          : { amount: '1', reference: 'r', by: 'b' };
      const sent = method === 'POST' ? { body: JSON.stringify(body), type: 'application/json' } : {};
      expect(await refused(method, `${path}${query}`, { ...sent, at: shut.address })).toMatchObject({
        status: 500,
        detail: 'the platform has a fault: see its log',
      });
    }
    await shut.close();
    await db.destroy();
  });
}
