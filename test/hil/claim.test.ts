import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { BehaviorSubject, filter, firstValueFrom, timeout } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FACILITY, TERMINAL, UNIT } from '../../sim/world/folder.ts';
import type { TerminalStatus } from '../../src/protocol/messages.ts';
import { USUAL_SETTINGS } from '../../src/protocol/phone-settings.ts';
import { firstTokens } from '../platform/people/machine.ts';
import { type ClaimedSite, hasClaimedSite, openClaimedSite } from '../process/claiming/site.ts';
import { dial } from '../process/dial.ts';
import { Authority } from '../terminal/telephony/sip/certificates.ts';
import type { Wall } from './gpio/wall.ts';
import { LOOPBACK, type Machine } from './machine/machine.ts';
import { type Bench, openBench, openWall } from './phone.ts';

type Online = Extract<TerminalStatus, { online: true }>;
/** An emulated machine takes its time, ms. */
const LIMIT = 120_000;

/** What stands before the platform's page with TLS, as a phone elsewhere reaches it. */
async function openFront(to: string, tls: { cert: string; key: string }): Promise<Server> {
  const { hostname, port } = new URL(to);
  const server = createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, (phone) => {
    const page = connect(Number(port), hostname);
    for (const [one, other] of [
      [phone, page],
      [page, phone],
    ] as const)
      one.pipe(other).on('error', () => one.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

// Debian's mosquitto and postgresql outside of the machine; inside there is the package, and a file that says its hardware and its platform.
describe.skipIf(!hasClaimedSite).sequential('a new phone in a machine', () => {
  const authority = new Authority();
  const status = new BehaviorSubject<Online | null>(null);
  let site: ClaimedSite;
  let front: Server;
  let bench: Bench;
  let machine: Machine;
  let wall: Wall;
  let token: string;

  beforeAll(async () => {
    site = await openClaimedSite({ at: LOOPBACK, gives: false });
    site.seen.messages.subscribe(({ topic, payload }) => {
      if (!topic.endsWith(`/${TERMINAL}/status`)) return;
      const { body } = JSON.parse(payload.toString()) as { body: TerminalStatus };
      status.next(body.online ? body : null);
    });
    const platform = await site.startPlatform();
    ({ token } = await firstTokens(await platform.until(/#\/welcome\/[\w-]+/), {
      token: ['terminals.change', 'terminals.read', 'facility.change'],
    }));
    front = await openFront(site.platform.url, authority.make({ names: `IP:${LOOPBACK}` }).files);
    const { port } = front.address() as AddressInfo;
    bench = await openBench({ box: { ...site.platform, url: `https://${LOOPBACK}:${port}` } });
    machine = bench.start();
    await machine.booted();
    wall = await openWall(machine);
  }, 600_000);
  // What failed there cannot be seen from here.
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const last = 'journalctl -b --no-pager -o cat -u tierphone-terminal | tail -25';
    console.log(`${task.name}, failed:\n${await machine.run(last).then(({ output }) => output, String)}`);
  });
  afterAll(async () => {
    await bench?.close();
    front?.close();
    await site?.close();
    authority.close();
  });

  async function ask(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${site.platform.url}/api/facilities/${FACILITY}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect({ ok: response.ok, said: await response.text() }).toMatchObject({ ok: true });
  }
  const until = (wanted: (status: Online) => boolean): Promise<Online> =>
    firstValueFrom(
      status.pipe(
        filter((now) => now !== null),
        filter(wanted),
        timeout({ first: LIMIT }),
      ),
    );
  const code = async (): Promise<string | undefined> =>
    (await site.database.query('select code from boxes where code is not null')).rows[0]?.code;

  it('boots for the first time as nobody, is claimed, tests itself, and calls', { timeout: 900_000 }, async () => {
    await machine.until('this phone is nobody’s yet');
    // An emulated processor is slow to hear a key.
    await ask('PUT', '/phone-settings', { ...USUAL_SETTINGS, stall: 60_000 });
    await wall.order('hook off');
    await expect.poll(code, { timeout: LIMIT, interval: 500 }).toMatch(/^\d{6}$/);
    await ask('POST', '/claims', { code: await code(), terminal: TERMINAL, unit: UNIT });
    await machine.until(`this phone is ${TERMINAL} of ${FACILITY} from now on`);
    await wall.hangUp();
    await machine.until(`terminal ${TERMINAL} of ${FACILITY} is up|terminal ${TERMINAL} is up`);
    const { test } = await until((now) => now.test !== undefined);
    expect(test?.by).toBe('claim');
    // Sound keeps real time, and an emulated machine does not where its host is busy: the card loses some, and that is told.
    expect(test?.failed.filter(({ part }) => part !== 'sound')).toEqual([]);

    const { callee } = bench.outside;
    const rings = firstValueFrom(callee.states.pipe(filter((state) => state === 'ringing')));
    await dial({ until }, wall, { limit: LIMIT });
    await rings;
    await callee.answer();
    await until(({ phase }) => phase === 'greeting');
    callee.accept();
    await until(({ phase }) => phase === 'talking');
    await wall.hangUp();
    await until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
    expect(await machine.must('systemctl show -p NRestarts,SubState tierphone-terminal')).toBe(
      'NRestarts=0\nSubState=running\n',
    );
    // No secret of it can be read by others there.
    const open = await machine.must(`find /var/lib/tierphone -type f -perm /044`);
    expect(open).toBe('');
  });
});
