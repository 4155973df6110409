import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { base64url } from 'jose';
import { connectAsync, type MqttClient } from 'mqtt';
import { BehaviorSubject, filter, firstValueFrom, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { build } from '../../deploy/package/build.ts';
import { type Callee, startCallee } from '../../sim/callee/callee.ts';
import type { TerminalStatus } from '../../src/protocol/messages.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { SelfTestResult } from '../../src/protocol/self-test.ts';
import { firstTokens } from '../platform/people/machine.ts';
import { dial } from '../process/dial.ts';
import { PtyBoard } from '../terminal/hardware/pty-board.ts';
import { type PageStep, readFirstSite } from './first-site-page.ts';
import { mayMake } from './machine.ts';
import { Cable, StandingMachine } from './standing-machine.ts';

/** Two machines and their packages, on a busy machine. */
const LIMIT = 400_000;
const WAIT = 60_000;
const HERE = '10.0.12.1';
const SERVER = '10.0.12.10';
const [FACILITY, PHONE] = ['pine-river', 'A-1'];
/** What this site has in place of what the page names. */
/** The board file of the usual hardware: what is screwed into this phone stands in its place. */
const BOARD = '/opt/tierphone/board/raspberry-pi-serial.json';
const OURS: readonly [string, string][] = [['sip:sip.pine-river.gov', `"sip:${HERE}:5060;transport=udp"`]];

type Online = Extract<TerminalStatus, { online: true }>;
const page = readFirstSite();

test('the page is as short as it says', () => {
  const { server, phone, counted } = page;
  expect(counted).toMatchObject({
    'steps for the server': String(server.length),
    'steps for a phone': String(phone.length),
    'secrets typed or copied': '0',
  });
  expect(server.length).toBeLessThanOrEqual(8);
  expect(phone.length).toBeLessThanOrEqual(3);
});

describe.skipIf(!mayMake)(
  'who follows the page: a server and a phone that systemd runs, on a network of their own',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'first-site-'));
    const status = new BehaviorSubject<Online | null>(null);
    const tested = new BehaviorSubject<SelfTestResult | null>(null);
    let cable: Cable;
    let server: StandingMachine;
    let phone: StandingMachine;
    let board: PtyBoard;
    let callee: Callee | undefined;
    let desk: MqttClient | undefined;

    beforeAll(async () => {
      // The technician's browser goes on where it is warned of a server that nobody outside knows.
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      mkdirSync(join(folder, 'stage'));
      const out = { root: packageRoot(), out: join(folder, 'out'), stage: join(folder, 'stage') };
      const debs = await build({ ...out, epoch: 1_700_000_000 });
      const files = Object.fromEntries(debs.map((file) => [basename(file), readFileSync(file)]));
      // What is screwed into the phone: a serial board, and no sound card.
      board = await PtyBoard.open(join(folder, 'board'));
      const pty = readlinkSync(join(folder, 'board'));
      const hardware = { kind: 'serial', path: pty };
      cable = new Cable(`${HERE}/24`);
      [server, phone] = await Promise.all([
        StandingMachine.start({ name: 'server', address: `${SERVER}/24`, files }, cable),
        StandingMachine.start(
          {
            ...{ name: 'phone', address: '10.0.12.20/24' },
            files: {
              ...files,
              'board.json': JSON.stringify({ name: 'bench', hardware, audio: { kind: 'none' } }),
            },
          },
          cable,
        ),
      ]);
      // As Debian leaves them where they were installed just now, with our packages beside.
      await done(server, 'systemctl enable --now mosquitto postgresql; cp /out/*.deb .; mkdir -p /media/usb');
      await done(
        phone,
        `cp /out/tierphone_*.deb .; chmod 666 ${pty}
        mkdir -p /opt/tierphone/board; cp /out/board.json ${BOARD}
        echo path-exclude=${BOARD} > /etc/dpkg/dpkg.cfg.d/board`,
      );
    }, LIMIT);
    afterAll(async () => {
      await desk?.endAsync(true);
      await callee?.close();
      await board?.close();
      await phone?.remove();
      await server?.remove();
      cable?.remove();
      rmSync(folder, { recursive: true, force: true });
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }, LIMIT);

    /** What a command says that comes to its end. */
    async function done(machine: StandingMachine, script: string): Promise<string> {
      const { status: code, text } = await machine.run(script);
      if (code !== 0)
        throw new Error(`${script}: ended with ${code}: ${text}${await said(server)}${await said(phone)}`);
      return text;
    }

    /** The last that our programs there have said. */
    const said = async (machine: StandingMachine): Promise<string> =>
      (await machine.run('journalctl --no-pager -n 30 -u "tierphone-*" -u mosquitto')).text;

    /** Types what a step of the page says, and writes its files. */
    async function follow(machine: StandingMachine, step: PageStep | undefined): Promise<string> {
      for (const file of step?.files ?? []) expect((await machine.run('cat > site.yaml', file)).status).toBe(0);
      let heard = '';
      for (const command of step?.commands ?? [])
        heard += await done(
          machine,
          OURS.reduce((text, [theirs, ours]) => text.replaceAll(theirs, ours), command),
        );
      return heard;
    }

    const until = (wanted: (now: Online) => boolean, limit = WAIT): Promise<Online> =>
      firstValueFrom(
        status.pipe(
          filter((now) => now !== null),
          filter(wanted),
          timeout({ first: limit }),
        ),
      );
    const told = (machine: StandingMachine, unit: string, what: string) =>
      done(machine, `timeout 90 sh -c 'until journalctl -u ${unit} -o cat | grep "${what}"; do sleep 0.2; done'`);

    /** Sees what the phones of the facility say, by an account that is made as people make one. */
    async function look(): Promise<void> {
      const root = 'node -p "JSON.parse(fs.readFileSync(\'/root/tierphone-site/broker.json\')).root"';
      const at = '--broker mqtts://localhost:8883 --ca /etc/tierphone-platform/tls/ca.crt --user broker-admin';
      const made = await done(
        server,
        `TIERPHONE_MQTT_PASSWORD=$(${root}) tierphone account staff ${FACILITY} desk ${at} 2>&1`,
      );
      const { username, password } = parse(made).mqtt;
      const ca = await done(server, 'cat /etc/tierphone-platform/tls/ca.crt');
      const login = { username, password, clientId: username, ca, protocolVersion: 4 as const };
      desk = await connectAsync(`mqtts://${SERVER}:8883`, { ...login, rejectUnauthorized: true });
      desk.on('message', (topic, payload) => {
        const { body } = JSON.parse(payload.toString());
        if (topic.endsWith('/status')) status.next(body.online ? body : null);
        if (body.type !== 'self-test-result') return;
        const [, content = ''] = body.jws.split('.');
        tested.next(SelfTestResult.parse(JSON.parse(Buffer.from(base64url.decode(content)).toString()).content));
      });
      const of = `tierphone/v1/${FACILITY}/terminals/+`;
      await desk.subscribeAsync([`${of}/status`, `${of}/events`], { qos: 1 });
    }

    test(
      'has a site, and a phone that calls',
      async () => {
        const [install, write, init, open, keys] = page.server;
        await follow(server, install);
        await follow(server, write);
        const [link = ''] = /https:\/\/\S+\/#\/welcome\/[\w-]+/.exec(await follow(server, init)) ?? [];
        expect(link).toContain(`https://${SERVER}/#/welcome/`);
        expect(open).toEqual({ commands: [], files: [] });
        const { token } = await firstTokens(link, { token: ['terminals.change', 'terminals.read'] });
        await follow(server, keys);

        const [card, fit, lift] = page.phone;
        const carried = await done(server, 'cat /root/tierphone-site/tierphone.yaml');
        expect((await phone.run('cat > tierphone.yaml', carried)).status).toBe(0);
        await follow(phone, card);
        await follow(phone, fit);
        expect(lift).toEqual({ commands: [], files: [] });
        await told(phone, 'tierphone-terminal', 'this phone is nobody');
        await look();
        board.lift();
        // What the handset says, which has no sound card here.
        const codes = 'runuser -u postgres -- psql -qAtX tierphone -c "select code from boxes where code is not null"';
        const code = await done(server, `cd /; timeout 60 sh -c 'until ${codes} | grep .; do sleep 0.2; done'`);
        const response = await fetch(`https://${SERVER}/api/facilities/${FACILITY}/claims`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ code: code.trim(), terminal: PHONE, unit: 'A' }),
        });
        expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 201 });
        await told(phone, 'tierphone-terminal', `this phone is ${PHONE} of ${FACILITY} from now on`);
        board.hangUp();
        const account = JSON.parse(await done(server, 'cat /var/lib/tierphone-platform/exchange-accounts'));
        callee = await startCallee({
          ...{ user: account.user, realm: account.realm, password: { ha1: account.ha1 } },
          ...{ address: HERE, port: 5_060, habit: 'accept' },
        });
        await until(({ registration }) => registration === 'registered');
        const result = await firstValueFrom(
          tested.pipe(
            filter((one) => one !== null),
            timeout({ first: WAIT }),
          ),
        );
        expect(result.results.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
        await dial({ until }, board);
        await until(({ phase }) => phase === 'talking');
        board.hangUp();
        await until(({ phase }) => phase === 'idle');
        // One that has said it stops is killed ten seconds later.
        const state = await done(phone, 'systemctl show -p NRestarts,SubState tierphone-terminal');
        expect(state).toBe('NRestarts=0\nSubState=running\n');
      },
      LIMIT,
    );

    test(
      'and it changes nothing to make the site again; no secret can be read by whoever may not',
      async () => {
        const sums =
          'find /etc/tierphone-platform /etc/mosquitto /root/tierphone-site -type f -exec sha256sum {} + | sort';
        const before = await done(server, sums);
        const again = await done(server, 'tierphone site init --json');
        expect(JSON.parse(again)).toMatchObject({ runs: true, link: null });
        expect(JSON.parse(again).steps.filter(({ was }: { was: string }) => was !== 'there')).toEqual([]);
        expect(await done(server, sums)).toEqual(before);
        const open =
          'find /etc/tierphone-platform /etc/mosquitto/certs /var/lib/tierphone-platform /root/tierphone-site -perm /007 -type f ! -name README -printf "%f\\n"';
        const certificates = ['broker.crt', 'ca.crt', 'page.crt', 'phones-ca.crt', 'tierphone.yaml'];
        expect((await done(server, open)).trim().split('\n').sort()).toEqual(certificates);
        const secrets =
          'cat /root/tierphone-site/broker.json /etc/tierphone-platform/keys/pepper | grep -oE "[A-Za-z0-9_-]{30,}"';
        const all = (await done(server, secrets)).trim().split('\n');
        expect(all.length).toBeGreaterThanOrEqual(4);
        const shown = await done(server, 'journalctl --no-pager -o cat; ps axww -o args');
        for (const secret of all) expect(shown).not.toContain(secret);
      },
      LIMIT,
    );
  },
);
