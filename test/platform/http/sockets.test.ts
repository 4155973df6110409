import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpConfig } from '../../../src/platform/config.ts';
import { openServer } from '../../../src/platform/http/problems.ts';
import { proxiesOf } from '../../../src/platform/http/proxy.ts';
import { openSockets } from '../../../src/platform/http/sockets.ts';

describe('the sockets of the API', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const open = async (limits: object, proxy: string[] = []) => {
    const said: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(JSON.parse(line).msg) });
    const isProxy = proxiesOf(proxy);
    const config = HttpConfig.parse({ port: 0, limits, proxy, url: 'https://a.test' });
    const app = openServer(log, isProxy, (handler) => openSockets(handler, config.limits, null, isProxy, log));
    const stream = new PassThrough();
    app.get('/stream', (_request, reply) => reply.type('text/event-stream').send(stream));
    app.post('/take', () => 'taken');
    const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
    closers.push(() => app.close());
    const dial = async (from = '127.0.0.1'): Promise<Socket> => {
      const socket = connect({ host: '127.0.0.1', port, localAddress: from });
      closers.push(() => socket.destroy());
      socket.on('error', () => undefined).setEncoding('utf8');
      await once(socket, 'connect');
      return socket;
    };
    return { dial, stream, said };
  };
  const allOf = async (socket: Socket): Promise<string> => {
    let text = '';
    socket.on('data', (part: string) => {
      text += part;
    });
    await once(socket, 'close');
    return text;
  };

  it('wait for nobody who sends a request drop by drop, header or body, and for a stream as long as it is', async () => {
    const { dial, stream } = await open({ request: '300ms' });
    const listener = await dial();
    listener.write('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
    stream.write(': here\n\n');
    const [begun] = await once(listener, 'data');
    expect(begun).toMatch(/^HTTP\/1\.1 200/);

    const slow = await dial();
    slow.write('GET /stream HTTP/1.1\r\nHost: a\r\n');
    const drops = setInterval(() => slow.write('X: x\r\n'), 50);
    closers.push(() => clearInterval(drops));
    const half = await dial();
    half.write('POST /take HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
    const silent = await dial();
    for (const text of await Promise.all([allOf(slow), allOf(half)])) {
      expect(text).toMatch(/^HTTP\/1\.1 408 /);
      expect(text).toContain('"detail":"the request did not come to its end in time"');
    }
    await allOf(silent);

    stream.write(': still\n\n');
    const [more] = await once(listener, 'data');
    expect(more).toContain(': still');
  });

  it('are so many of one address and no more, but for a proxy, and are told when they are refused', async () => {
    const { dial, said } = await open({ connections: { address: 2, all: 6 } }, ['127.0.0.9']);
    const first = await dial();
    await dial();
    await once((await dial()).resume(), 'close');
    expect(said).toEqual([expect.stringContaining('connections are refused: 127.0.0.1 has as many')]);
    first.destroy();
    const answered = async (socket: Socket) => {
      socket.write('POST /take HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
      return Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
    };
    // As soon as the server has heard that the first is gone.
    await expect.poll(async () => answered(await dial())).toBe(true);
    for (let i = 0; i < 4; i++) expect(await answered(await dial('127.0.0.9'))).toBe(true);
    expect(await answered(await dial('127.0.0.8'))).toBe(false);
  });
});
