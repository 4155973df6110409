import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ToPage } from '../../../sim/page/messages.ts';
import { PageError, servePage } from '../../../sim/page/server.ts';
import { packFrame, unpackFrame } from '../../../sim/page/sound.ts';
import type { ControlRoomDoor } from '../../../sim/world/port.ts';
import { FakeWorld } from './fake-world.ts';

let dist: string;
let world: FakeWorld;
let page: Awaited<ReturnType<typeof servePage>>;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  dist = await mkdtemp(join(tmpdir(), 'page-'));
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>phone</title>');
  world = new FakeWorld();
  page = await servePage(world, { host: '127.0.0.1', port: 0, dist });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await page.close();
  await world.close();
  await rm(dist, { recursive: true });
});

const until = <T>(look: () => T) => vi.waitFor(look, { timeout: 20_000, interval: 10 });

/** A page that keeps what it is sent. */
async function visit(options: { origin?: string; host?: string } = {}) {
  const socket = new WebSocket(`${page.url.replace('http', 'ws')}socket`, {
    ...(options.origin ? { origin: options.origin } : {}),
    ...(options.host ? { headers: { host: options.host } } : {}),
  });
  sockets.push(socket);
  const texts: ToPage[] = [];
  const frames: Uint8Array[] = [];
  let closed: { code: number; reason: string } | null = null;
  socket.on('message', (data: Buffer, binary) => {
    if (binary) frames.push(data);
    else texts.push(ToPage.parse(JSON.parse(data.toString())));
  });
  socket.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() };
  });
  await once(socket, 'open');
  await until(() => expect(texts[0]?.type).toBe('welcome'));
  const refusals = () => texts.flatMap((m) => (m.type === 'refused' ? [m.line] : []));
  return { socket, texts, frames, refusals, closed: () => closed };
}

const counters = async (): Promise<Record<string, number>> =>
  (await (await fetch(`${page.url}counters`)).json()) as Record<string, number>;

describe('the page', () => {
  it('is served with headers that keep it to itself', async () => {
    const answer = await fetch(page.url);
    expect(await answer.text()).toContain('<title>phone</title>');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('welcomes with the whole state, then tells of each thing as it happens', async () => {
    await world.act({ do: 'lift' });
    const { texts } = await visit();
    const [welcome] = texts;
    expect(welcome).toMatchObject({ type: 'welcome', snapshot: { phase: 'language', hook: 'off' } });
    expect(welcome?.type === 'welcome' && welcome.timeline.map((e) => e.tag)).toEqual(['lifted', 'phase:language']);
    await world.act({ do: 'hang-up' });
    await until(() => {
      expect(texts).toContainEqual(
        expect.objectContaining({ type: 'timeline', entry: expect.objectContaining({ tag: 'on-hook' }) }),
      );
      expect(texts).toContainEqual(expect.objectContaining({ type: 'mqtt' }));
      expect(texts).toContainEqual({ type: 'ledger', lines: [expect.objectContaining({ ending: 'caller-hung-up' })] });
    });
  });

  it('does what a page asks and answers by number; a deed that fails says why', async () => {
    const { socket, texts } = await visit();
    socket.send(JSON.stringify({ type: 'deed', id: 7, deed: { do: 'lift' } }));
    socket.send(JSON.stringify({ type: 'deed', id: 8, deed: { do: 'lift' } }));
    await until(() => {
      expect(texts).toContainEqual({ type: 'done', id: 7 });
      expect(texts).toContainEqual({ type: 'refused', id: 8, line: 'lift: the handset is lifted already' });
    });
  });

  it('carries sound both ways', async () => {
    const { socket, frames } = await visit();
    await world.act({ do: 'lift' });
    await until(() => {
      const heard = frames.map((f) => unpackFrame(f)).filter((f) => f?.channel === 'earpiece');
      expect(heard.some((f) => f?.frame.some((s) => s > 7_000))).toBe(true);
    });
    socket.send(packFrame('mouthpiece', new Int16Array(320).fill(1_234)));
    await until(() => expect(world.microphone).toEqual([1_234]));
  });

  it('serves several pages the same', async () => {
    const [a, b] = [await visit(), await visit()];
    a.socket.send(JSON.stringify({ type: 'deed', id: 1, deed: { do: 'lift' } }));
    await until(() => expect(b.texts.some((m) => m.type === 'snapshot' && m.snapshot.hook === 'off')).toBe(true));
  });

  it('says goodbye when it is closed', async () => {
    const { closed } = await visit();
    await page.close();
    await until(() => expect(closed()?.code).toBe(1001));
  });
});

describe('who may come', () => {
  it.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a name that was made to point here', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('turns away %s', async (_, options) => {
    await expect(visit(options)).rejects.toThrow('403');
    expect((await counters()).turnedAway).toBe(1);
  });

  it('turns away HTTP by another name too, in one line', async () => {
    const { port } = new URL(page.url);
    const asked = request({ host: '127.0.0.1', port, headers: { host: 'evil.example' } }).end();
    const [answer] = await once(asked, 'response');
    expect(answer.statusCode).toBe(403);
    expect(String(await answer.toArray())).toBe(
      'this page answers to 127.0.0.1 and localhost only, not to "evil.example"\n',
    );
  });

  it('lets the page itself in', async () => {
    const { texts } = await visit({ origin: page.url.slice(0, -1) });
    expect(texts[0]?.type).toBe('welcome');
  });

  it('is served on this machine only', async () => {
    await expect(servePage(world, { host: '0.0.0.0', port: 0, dist })).rejects.toThrow(/no password.*127\.0\.0\.1/);
  });

  it('names a port that is taken, and the remedy', async () => {
    const port = Number(new URL(page.url).port);
    await expect(servePage(world, { host: '127.0.0.1', port, dist })).rejects.toThrow(
      new PageError(
        `port ${port} on 127.0.0.1 is taken by another program: stop that one, or choose another port (0 takes any free one)`,
      ),
    );
  });

  it('names a page that is not built', async () => {
    await expect(servePage(world, { host: '127.0.0.1', port: 0, dist: join(dist, 'none') })).rejects.toThrow(
      /npm run build/,
    );
  });
});

describe('the door of the control room', () => {
  const open = (headers: Record<string, string> = {}) =>
    fetch(`${page.url}control-room`, { redirect: 'manual', headers });

  it('gives whoever opens it the session of the sample officer, and leads on under the name by which he came', async () => {
    const answer = await open();
    expect(answer.status).toBe(302);
    expect(answer.headers.getSetCookie()).toEqual(['tierphone=session-of-dana; Path=/; HttpOnly; SameSite=Strict']);
    expect(answer.headers.get('location')).toBe('http://127.0.0.1:8081/#/pine-river/live');
    const { port } = new URL(page.url);
    const byName = await fetch(`http://localhost:${port}/control-room`, { redirect: 'manual' });
    expect(byName.headers.get('location')).toBe('http://localhost:8081/#/pine-river/live');
  });

  it('opens for no page from elsewhere', async () => {
    const answer = await open({ 'sec-fetch-site': 'cross-site' });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });

  it('says why it does not open, and what to do', async () => {
    vi.spyOn(world.office as ControlRoomDoor, 'enter').mockRejectedValue(new Error('the platform does not answer'));
    const answer = await open();
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe(
      'The control room does not open now: the platform does not answer. Where the platform was stopped, start it; then open this door again.\n',
    );
  });
});

describe('hostile messages', () => {
  it.each([
    ['not JSON', '{', /not JSON/],
    ['not an object', '[]', /ignored/],
    ['an unknown deed', '{"type":"deed","id":1,"deed":{"do":"explode"}}', /deed/],
    ['a key that is none', '{"type":"deed","id":1,"deed":{"do":"key","key":"A"}}', /deed\.key/],
    ['a key too many', '{"type":"deed","id":1,"deed":{"do":"lift","x":1}}', /deed: there is no such setting: x/],
    [
      'a number that is text',
      '{"type":"deed","id":"1","deed":{"do":"lift"}}',
      /id: a number is wanted, text stands there/,
    ],
    [
      'a lockdown without a reason',
      '{"type":"deed","id":1,"deed":{"do":"lockdown","scope":"unit","state":"open","mode":"drop","reason":" "}}',
      /needs a reason/,
    ],
    ['a short frame', Buffer.alloc(7), /641 bytes are wanted.*it has 7/],
    ['a frame for an ear', packFrame('earpiece', new Int16Array(320)), /the first 0/],
    ['an empty frame', Buffer.alloc(0), /it has 0, the first missing/],
  ])('%s gets one line, and the connection goes on', async (_, message, line) => {
    const { socket, refusals, texts } = await visit();
    socket.send(message);
    await until(() => expect(refusals()).toEqual([expect.stringMatching(line)]));
    expect(refusals()[0]).not.toContain('\n');
    socket.send(JSON.stringify({ type: 'deed', id: 2, deed: { do: 'lift' } }));
    await until(() => expect(texts).toContainEqual({ type: 'done', id: 2 }));
    expect((await counters()).badMessages).toBe(1);
  });

  it('one that is too large closes the connection with the code for that', async () => {
    const { socket, closed } = await visit();
    socket.send('x'.repeat(100_000));
    await until(() => expect(closed()?.code).toBe(1009));
    expect(await counters()).toMatchObject({ badMessages: 1, visitorsNow: 0 });
  });

  it('many of them close it with a reason', async () => {
    const { socket, closed } = await visit();
    for (let i = 0; i < 50; i++) socket.send('?');
    await until(() => expect(closed()).toEqual({ code: 1008, reason: 'too many messages that make no sense' }));
  });

  it('survives any of 300 random messages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.json(),
            fc.uint8Array({ maxLength: 700 }),
            fc
              .record({ type: fc.constant('deed'), id: fc.anything(), deed: fc.object() })
              .map((m) => JSON.stringify(m) ?? ''),
          ),
          { maxLength: 15 },
        ),
        async (messages) => {
          const { socket, texts } = await visit();
          for (const message of messages) socket.send(message);
          socket.send(JSON.stringify({ type: 'deed', id: 99, deed: { do: 'volume', direction: 'up' } }));
          await until(() => expect(texts).toContainEqual({ type: 'done', id: 99 }));
          socket.close();
        },
      ),
      { numRuns: 20 },
    );
    await until(async () => expect((await counters()).visitorsNow).toBe(0));
    expect(world.deeds.every((d) => d.do === 'volume')).toBe(true);
  });

  it('a flood from a microphone is cut to what a microphone gives', async () => {
    const { socket } = await visit();
    const frame = packFrame('mouthpiece', new Int16Array(320));
    for (let i = 0; i < 2_000; i++) socket.send(frame);
    await until(async () => {
      const { microphoneDropped = 0 } = await counters();
      expect(world.microphone.length + microphoneDropped).toBe(2_000);
      expect(microphoneDropped).toBeGreaterThan(0);
    });
  });

  it('a page that does not read loses sound, not our memory', async () => {
    const { socket } = await visit();
    socket.pause();
    const frame = new Int16Array(320);
    // What the kernel takes in on loopback is a few megabytes; beyond it, nothing may pile up here.
    for (let i = 0; i < 20_000; i++) {
      world.earpiece.next(frame);
      if (i % 100 === 0) await new Promise(setImmediate);
    }
    expect((await counters()).soundDropped).toBeGreaterThan(1_000);
    socket.resume();
    await world.act({ do: 'lift' });
    await until(() => expect(socket.readyState).toBe(WebSocket.OPEN));
  });

  it('a page that reads nothing at all is let go', async () => {
    const { socket } = await visit();
    socket.pause();
    const payload = 'x'.repeat(4_000);
    await until(async () => {
      for (let i = 0; i < 500; i++) world.mqtt.next({ at: 1 as never, topic: 't', retained: false, payload });
      expect((await counters()).tooSlow).toBe(1);
    });
    socket.resume();
    await until(() => expect(socket.readyState).toBe(WebSocket.CLOSED));
  });
});
