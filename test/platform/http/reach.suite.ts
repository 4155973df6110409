import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { has } from '../../interop/peers/program.ts';
import { Authority } from '../../terminal/telephony/sip/certificates.ts';
import { type Desk, openDesk } from '../people/desk.ts';
import type { Setup } from '../world.ts';

const URL_OF_STAFF = 'https://phones.example.gov';

export function reachSuite(setup: () => Setup): void {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  const open = async (settings: object = {}): Promise<Desk> => {
    const desk = await openDesk(setup(), { port: 0, ...settings });
    closers.push(desk.close);
    return desk;
  };

  it('is told the address that people type, and keeps its cookie from every other host and from clear text', async () => {
    const desk = await open({ url: `${URL_OF_STAFF}/` });
    expect(desk.api.url).toBe(URL_OF_STAFF);
    const { browser } = await desk.employ({});
    expect(browser.cookie).toMatch(/^__Host-tierphone=/);
    expect(browser.set).toMatch(/; Secure/);
    expect(browser.set).not.toMatch(/Domain/i);
    const me = await browser.get('/api/session');
    expect(me.headers.get('strict-transport-security')).toBe('max-age=63072000');
    expect(me.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(me.headers.get('x-content-type-options')).toBe('nosniff');
    // A browser that says no more than where the page is from, behind a proxy that says what it likes.
    const out = (origin: string) => browser.ask('DELETE', '/api/session', {}, { 'sec-fetch-site': '', origin });
    expect((await out('https://phones.example.org')).status).toBe(403);
    expect((await out(URL_OF_STAFF)).status).toBe(200);
    expect(browser.cookie).toBeNull();
  });

  it('is reached where it listens, where nothing else is said', async () => {
    const desk = await open();
    expect(desk.api.url).toBe(desk.api.address);
    const { browser } = await desk.employ({});
    expect(browser.cookie).toMatch(/^tierphone=/);
    expect(browser.set).not.toMatch(/Secure/);
    expect((await browser.get('/health')).headers.get('strict-transport-security')).toBeNull();
  });

  it.skipIf(!has('openssl'))('is reached by its own certificate, and by nothing else', async () => {
    const authority = new Authority();
    closers.push(() => authority.close());
    const { files } = authority.make({ names: 'IP:127.0.0.1' });
    const { cert: ca } = authority.make({ names: 'IP:127.0.0.1' });
    const { api } = await open({ url: URL_OF_STAFF, tls: files });
    expect(api.address).toMatch(/^https:/);
    const get = (trusted: string) =>
      new Promise<IncomingMessage>((resolve, reject) =>
        https.get(`${api.address}/health`, { ca: trusted, agent: false }, resolve).on('error', reject),
      );
    const answer = await get(readFileSync(authority.ca, 'utf8'));
    expect(answer.statusCode).toBe(200);
    answer.resume();
    await expect(get(ca)).rejects.toThrow(/certificate/);
    await expect(fetch(api.address.replace('https:', 'http:'))).rejects.toThrow();
  });

  /** A proxy that adds who asked it to what it was told. */
  const proxyTo = async (address: string): Promise<string> => {
    const server = http.createServer((asked, answer) => {
      const before = asked.headers['x-forwarded-for'];
      const from = [...(before === undefined ? [] : [before]), asked.socket.remoteAddress].join(', ');
      const headers = { ...asked.headers, 'x-forwarded-for': from, 'x-forwarded-proto': 'https' };
      const on = http.request(
        `${address}${asked.url}`,
        { method: asked.method ?? 'GET', headers, agent: false },
        (told) => {
          answer.writeHead(told.statusCode ?? 502, told.headers);
          told.pipe(answer);
        },
      );
      asked.pipe(on);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const ask = async (url: string, localAddress: string, body: object, headers: object = {}) => {
    const sent = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers };
    const request = http.request(url, { method: 'POST', localAddress, agent: false, headers: sent });
    request.end(JSON.stringify(body));
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const said = await text(answer);
    return { status: answer.statusCode, headers: answer.headers, detail: String(JSON.parse(said).detail) };
  };
  const wrong = () => ({ email: `${randomUUID()}@example.gov`, password: 'not the one' });

  it('believes the proxy that is named who asks, and nobody else', async () => {
    const desk = await open({ url: URL_OF_STAFF, proxy: ['127.0.0.1', '10.0.0.0/8'] });
    const { email } = await desk.employ({});
    const originOf = async (address: string, from: string, headers: object) => {
      expect((await ask(`${address}/api/session`, from, { ...wrong(), email }, headers)).status).toBe(401);
      return (await desk.lines('session.refuse'))[0]?.origin;
    };
    const proxy = await proxyTo(desk.api.address);
    expect(await originOf(proxy, '127.0.0.2', {})).toBe('127.0.0.2');
    const forged = { 'x-forwarded-for': '192.0.2.66', 'x-forwarded-proto': 'https' };
    expect(await originOf(proxy, '127.0.0.3', forged)).toBe('127.0.0.3');
    // As a second proxy before the first, which is named too.
    expect(await originOf(proxy, '127.0.0.4', { 'x-forwarded-for': '192.0.2.66, 10.1.2.3' })).toBe('127.0.0.4');
    expect(await originOf(desk.api.address, '127.0.0.5', forged)).toBe('127.0.0.5');
    expect(await originOf(desk.api.address, '127.0.0.1', { 'x-forwarded-for': '192.0.2.66, 10.1.2.3' })).toBe(
      '192.0.2.66',
    );
  });

  it('answers an address that asks too often with 429 and when to ask again, and by the proxy each apart', async () => {
    const desk = await open({ url: URL_OF_STAFF, proxy: ['127.0.0.1'], limits: { address: 3 } });
    const proxy = await proxyTo(desk.api.address);
    const asked = (from: string) => ask(`${proxy}/api/session`, from, wrong());
    for (let i = 0; i < 3; i++) expect((await asked('127.0.0.2')).status).toBe(401);
    const { status, headers, detail } = await asked('127.0.0.2');
    expect(status).toBe(429);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(detail).toMatch(/^this address has asked 3 times within a minute: ask again in \d+ s$/);
    expect(detail).toContain(` ${headers['retry-after']} s`);
    expect((await asked('127.0.0.3')).status).toBe(401);
  });

  it('answers a session that asks too often with 429, and no other', async () => {
    const desk = await open({ limits: { session: 4 } });
    const { browser } = await desk.employ({});
    const other = await desk.employ({});
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await browser.get('/api/session')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    expect((await browser.get('/api/session')).body.detail).toMatch(/^this session or token has asked 4 times/);
    expect((await other.browser.get('/api/session')).status).toBe(200);
    expect((await desk.browser().get('/health')).status).toBe(200);
  });
}
