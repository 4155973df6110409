import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { FACILITY, TERMINAL } from '../../sim/world/folder.ts';
import { OrderPrivateKey } from '../../src/protocol/keys.ts';
import type { EventMessage } from '../../src/protocol/messages.ts';
import { signOrder } from '../../src/protocol/signing.ts';
import { FacilityId, type Instant } from '../../src/protocol/units.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { type Program, tierphone } from './program.ts';
import { openWall, type Wall } from './wall.ts';

/** A UDP port taken for the time of a test. */
async function takenPort(): Promise<{ port: number; free(): void }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, free: () => void socket.close() };
}

type Written = Record<string, unknown> & {
  sip: Record<string, unknown> & { trunks: object[] };
  keys: Record<string, unknown>;
};

describe.skipIf(!hasSocat)('what cannot be used is named in one line, with its place (needs socat)', () => {
  let wall: Wall;
  beforeAll(async () => {
    wall = await openWall();
  });
  afterAll(() => wall.close());

  /** Starts a terminal from a configuration that is changed by `change`; gives what it said and its exit code. */
  async function startWith(change: (written: Written) => void, args: readonly string[] = []) {
    const written = parse(readFileSync(wall.files.terminal, 'utf8')) as Written;
    change(written);
    const file = join(wall.folder, 'changed.yaml');
    writeFileSync(file, stringify(written));
    const program = tierphone('terminal', '--config', file, ...args);
    const code = await program.ended();
    return { code, said: program.lines.filter((line) => line.startsWith('tierphone: ')) };
  }

  it.each<[string, (written: Written) => void, RegExp]>([
    [
      'a wrong key',
      (w) => Object.assign(w.sip, { pasword: 'x' }),
      /changed\.yaml:\d+: sip\.pasword: there is no such setting/,
    ],
    [
      'a wrong type',
      (w) => Object.assign(w.sip.trunks[0] ?? {}, { expires: 'soon' }),
      /changed\.yaml:\d+: sip\.trunks\.0\.expires: .*number/,
    ],
    [
      'a certificate that is not there',
      (w) => Object.assign(w.sip, { tls: { ca: 'none.pem' } }),
      /none\.pem: there is no such file/,
    ],
    [
      'a wrong duration',
      (w) => Object.assign(w, { call: { ring: 45 } }),
      /changed\.yaml:\d+: call\.ring: text is wanted, a number stands there/,
    ],
    ['a missing board file', (w) => Object.assign(w, { board: 'no.yaml' }), /no\.yaml: there is no such file/],
    ['a missing key file', (w) => Object.assign(w.keys, { orders: 'none.json' }), /none\.json: there is no such file/],
    [
      'hotlines nobody signed',
      (w) => Object.assign(w, { hotlines: 'board.yaml' }),
      /board\.yaml: no list of hotlines to trust/,
    ],
  ])('%s', async (_what, change, line) => {
    const { code, said } = await startWith(change);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(line);
    expect(code).toBe(2);
  });

  it('a broken board file', async () => {
    writeFileSync(join(wall.folder, 'broken.yaml'), 'name: x\nhardware: {kind: serial\n');
    const { code, said } = await startWith((w) => Object.assign(w, { board: 'broken.yaml' }));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/broken\.yaml:\d+:\d+: not YAML/);
    expect(code).toBe(2);
  });

  it('a configuration that is not there', async () => {
    const program = tierphone('terminal', '--config', join(wall.folder, 'nowhere.yaml'));
    expect(await program.ended()).toBe(2);
    expect(program.lines.join('\n')).toMatch(/nowhere\.yaml: there is no such file/);
  });

  it('an occupied SIP port', async () => {
    const taken = await takenPort();
    const { code, said } = await startWith((w) =>
      Object.assign(w.sip, { local: { address: '127.0.0.1', port: taken.port } }),
    );
    taken.free();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(String(taken.port));
    expect(code).toBe(1);
  });

  it('an occupied HTTP port of the platform', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const written = parse(readFileSync(wall.files.platform, 'utf8'));
    const file = join(wall.folder, 'platform-changed.yaml');
    writeFileSync(file, stringify({ ...written, http: { host: '127.0.0.1', port } }));
    const program = tierphone('platform', '--config', file);
    const code = await program.ended();
    server.close();
    const said = program.lines.filter((line) => line.startsWith('tierphone: '));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(String(port));
    expect(code).toBe(1);
  });

  it('a second terminal on one data folder', async () => {
    const first = await wall.startTerminal();
    const { code, said } = await startWith(() => {});
    await first.stop();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(join(wall.folder, 'terminal'));
    expect(code).toBe(1);
  });
});

describe.skipIf(!hasSocat)('a terminal survives bad input from every edge (needs socat)', () => {
  let wall: Wall;
  let terminal: Program;
  let staff: MqttClient;
  let sipPort = 0;
  const events: EventMessage['body'][] = [];
  const topic = `tierphone/v1/${FACILITY}/lockdown`;

  beforeAll(async () => {
    const taken = await takenPort();
    sipPort = taken.port;
    taken.free();
    wall = await openWall({ sip: { localPort: sipPort } });
    wall.broker.messages.subscribe(({ topic: heard, payload }) => {
      if (heard.endsWith('/events')) events.push((JSON.parse(payload.toString()) as EventMessage).body);
    });
    await wall.startPlatform();
    terminal = await wall.startTerminal();
    staff = await connectAsync(`mqtt://127.0.0.1:${wall.broker.port}`, { username: 'staff', password: 's' });
    await wall.until(({ faults, registration }) => faults.length === 0 && registration === 'registered');
  });
  afterAll(async () => {
    await staff.endAsync();
    await wall.close();
  });

  const order = async (sequence: number) => {
    const key = OrderPrivateKey.parse(JSON.parse(readFileSync(wall.files.orderKey, 'utf8')));
    const facility = FacilityId.parse(FACILITY);
    const since = Date.now() as Instant;
    const scope = { kind: 'facility' as const, facility };
    return signOrder(
      { scope, state: 'open', mode: 'drain', reason: 'test', issuer: key.kid, sequence, since, until: null },
      key,
    );
  };

  it('noise on the serial line', async () => {
    wall.board.noise(Buffer.from('$KEY,5,DOWN*00\r\n$\x00\xff$$$*zz\r\n', 'latin1'));
    await terminal.until(/bad input dropped.*/);
    expect(terminal.running).toBe(true);
  });

  it('malformed SIP', async () => {
    const socket = createSocket('udp4');
    for (const text of [
      'INVITE',
      '\0\0\0',
      'SIP/2.0 200 OK\r\nVia: x\r\n\r\n',
      `INVITE sip:x SIP/2.0\r\n${'A: b\r\n'.repeat(5_000)}\r\n`,
    ]) {
      await new Promise((sent) => socket.send(text, sipPort, '127.0.0.1', sent));
    }
    socket.close();
    await terminal.until(/bad input dropped.*edge sip/);
  });

  it('an unsigned lockdown, and then a replayed one', async () => {
    await staff.publishAsync(topic, JSON.stringify({ state: 'lockdown' }), { qos: 1 });
    await expect.poll(() => events.filter(({ type }) => type === 'order-refused').length, { timeout: 20_000 }).toBe(1);
    const [older, newer] = [await order(10), await order(11)];
    await staff.publishAsync(topic, newer, { qos: 1 });
    await wall.until(({ orders }) => Object.values(orders).includes(11));
    await staff.publishAsync(topic, older, { qos: 1 });
    await expect.poll(() => events.filter(({ type }) => type === 'order-refused').length, { timeout: 20_000 }).toBe(2);
    expect((await wall.until(() => true)).lockdown.state).toBe('open');
  });

  it('malformed MQTT', async () => {
    await staff.publishAsync(`tierphone/v1/${FACILITY}/terminals/${TERMINAL}/replies`, 'no json {', { qos: 1 });
    await terminal.until(/bad input dropped.*edge mqtt/);
  });

  it('and makes a call afterwards, with what was bad counted in its status', async () => {
    wall.callee.habit = 'accept';
    await wall.dial();
    await wall.until(({ phase }) => phase === 'talking');
    wall.board.hangUp();
    const { counters } = await wall.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
    expect(Object.keys(counters).sort()).toEqual(['hardware', 'mqtt', 'sip']);
  });

  it('a corrupt line in the journal: set aside, named, and the rest kept', async () => {
    wall.callee.habit = 'accept';
    await terminal.stop('SIGKILL');
    const journal = join(wall.folder, 'terminal', 'journal.log');
    appendFileSync(journal, 'garbage that no writer of ours left\n');
    terminal = await wall.startTerminal();
    await terminal.until(/journal lines set aside/);
    await wall.until(({ phase, faults }) => phase === 'idle' && faults.length === 0);
  });
});
