import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base64url } from 'jose';
import pg from 'pg';
import { BehaviorSubject, filter, firstValueFrom, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Callee, startCallee } from '../../sim/callee/callee.ts';
import { bringSite } from '../../sim/world/bring-site.ts';
import type { Broker } from '../../sim/world/broker.ts';
import { FACILITY, TERMINAL, UNIT, writeWorldFiles } from '../../sim/world/folder.ts';
import { readYaml } from '../../src/cli/file.ts';
import { readPlatformConfig } from '../../src/cli/platform.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import type { TerminalStatus } from '../../src/protocol/messages.ts';
import { lifeOf } from '../../src/protocol/phone-certificate.ts';
import { SelfTestResult } from '../../src/protocol/self-test.ts';
import { freePort } from '../interop/peers/program.ts';
import { firstTokens } from '../platform/people/machine.ts';
import { hasPostgres, type Postgres, startPostgres } from '../platform/postgres.ts';
import { hasSocat, PtyBoard } from '../terminal/hardware/pty-board.ts';
import { Authority } from '../terminal/telephony/sip/certificates.ts';
import { dial } from './dial.ts';
import { hasDeployable, Mosquitto } from './mosquitto.ts';
import { SITE } from './outside.ts';
import { type Program, tierphone } from './program.ts';

type Online = Extract<TerminalStatus, { online: true }>;
const LIMIT = 60_000;

/** A box as it is put on a wall: the compiled program with a file that says its hardware and where its platform is. */
interface BoxOnWall {
  readonly board: PtyBoard;
  readonly file: string;
  program: Program;
  close(): Promise<void>;
}

describe.skipIf(!hasDeployable || !hasPostgres || !hasSocat)(
  'boxes that are claimed: compiled phones and platform, Mosquitto with certificates, PostgreSQL',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-claim-'));
    const authority = new Authority();
    const status = new BehaviorSubject<Online | null>(null);
    /** Results of the self-tests that phones told of. */
    const tested: SelfTestResult[] = [];
    const boxes: BoxOnWall[] = [];
    let postgres: Postgres;
    let database: pg.Client;
    let mosquitto: Mosquitto;
    let seen: Broker;
    let callee: Callee;
    let platform: Program;
    let url: string;
    let token: string;
    let fingerprint: string;

    beforeAll(async () => {
      postgres = await startPostgres();
      database = new pg.Client({ connectionString: postgres.url });
      await database.connect();
      callee = await startCallee({ user: TERMINAL, password: 'secret', realm: 'pine-river.test' });
      callee.habit = 'accept';
      const files = await writeWorldFiles({
        ...{ folder, brokerPort: 1, board: 'none', call: {}, postgres: postgres.url, httpPort: await freePort('tcp') },
        passwords: { platform: '', staff: '', terminals: '' },
        sip: { user: TERMINAL, password: 'secret', address: callee.address, port: callee.port },
      });
      const { files: tls } = authority.make({ names: 'IP:127.0.0.1' });
      mosquitto = await Mosquitto.open({ tls: { ...tls, ca: authority.ca }, phones: join(folder, 'keys/ca.crt') });
      const { file: _, ...own } = await mosquitto.account('platform', 'platform-1');
      seen = await mosquitto.seenBy(await mosquitto.anybody(), `tierphone/v1/${FACILITY}/terminals/+/+`);
      seen.messages.subscribe(({ topic, payload }) => {
        if (topic.endsWith('/events')) noteTest(JSON.parse(payload.toString()).body);
        if (!topic.endsWith(`/${TERMINAL}/status`)) return;
        const { body } = JSON.parse(payload.toString()) as { body: TerminalStatus };
        status.next(body.online ? body : null);
      });
      const written = parse(readFileSync(files.platform, 'utf8'));
      written.mqtt = {
        ...{ url: `mqtts://127.0.0.1:${mosquitto.port}`, ca: authority.ca, ...own },
        accounts: {
          ...{ username: 'broker-admin', password: 'secret' },
          phones: `mqtts://127.0.0.1:${mosquitto.phonesPort}`,
          certificates: '20s',
        },
      };
      written.keys.ca = 'keys/ca.pem';
      writeFileSync(files.platform, stringify(written));
      await bringSite(readPlatformConfig(files.platform), readYaml(SITE, Site));
      platform = tierphone('platform', '--config', files.platform);
      const link = await platform.until(/#\/welcome\/[\w-]+/);
      [, url = ''] = /(https?:\S+)\/#/.exec(link) ?? [];
      ({ token } = await firstTokens(link, { token: ['terminals.change', 'terminals.read'] }));
      const { keys } = JSON.parse(readFileSync(join(folder, 'keys/platform.json'), 'utf8'));
      fingerprint = keys.find(({ crv }: { crv: string }) => crv === 'Ed25519').kid;
    }, 240_000);
    afterAll(async () => {
      for (const box of boxes) await box.close();
      await platform?.stop('SIGKILL');
      await seen?.close();
      await callee?.close();
      await database?.end();
      await postgres?.stop();
      authority.close();
      rmSync(folder, { recursive: true, force: true });
    });

    function noteTest(event: { readonly type: string; readonly jws?: string }): void {
      if (event.type !== 'self-test-result') return;
      tested.push(
        SelfTestResult.parse(
          JSON.parse(Buffer.from(base64url.decode(event.jws?.split('.')[1] ?? '')).toString()).content,
        ),
      );
    }

    /** Hangs a box on the wall that has nothing but its file. */
    async function hang(name: string): Promise<BoxOnWall> {
      const at = (file: string) => join(folder, `${name}.${file}`);
      const board = await PtyBoard.open(at('board'));
      const hardware = { kind: 'serial', path: at('board') };
      writeFileSync(at('board.yaml'), stringify({ name, hardware, audio: { kind: 'none' } }));
      const trunk = {
        ...{ name: 'exchange', domain: 'pine-river.test', server: { host: callee.address, port: callee.port } },
        ...{ user: TERMINAL, password: 'secret', keepAlive: 0 },
      };
      const file = {
        ...{ board: at('board.yaml'), data: at('data'), platform: { url, fingerprint } },
        sip: { trunks: [trunk], local: { address: '127.0.0.1', port: 0 } },
      };
      writeFileSync(at('yaml'), stringify(file));
      const program = tierphone('terminal', '--config', at('yaml'));
      await program.until(/this phone is nobody’s yet/);
      const box: BoxOnWall = {
        ...{ board, program, file: at('yaml') },
        close: async () => {
          await box.program.stop('SIGKILL');
          await board.close();
        },
      };
      boxes.push(box);
      return box;
    }

    /** What a technician does: lifts the handset, types on his page what it says. */
    async function claim({ board, program }: BoxOnWall, more: object = {}) {
      const before = new Set((await codes()).map(({ id }) => id));
      board.lift();
      await expect.poll(async () => (await fresh(before)).length, { timeout: LIMIT }).toBe(1);
      const [{ code }] = await fresh(before);
      const response = await fetch(`${url}/api/facilities/${FACILITY}/claims`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ code, terminal: TERMINAL, unit: UNIT, ...more }),
      });
      expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 201 });
      await program.until(new RegExp(`this phone is ${TERMINAL} of ${FACILITY} from now on`));
      board.hangUp();
      await program.until(/terminal \S+ is up/);
    }
    const codes = async () => (await database.query('select id, code from boxes where code is not null')).rows;
    const fresh = async (before: ReadonlySet<string>) => (await codes()).filter(({ id }) => !before.has(id));
    /** The self-test after a claim is over, and the phone free again. */
    async function testedIt(count: number): Promise<void> {
      await expect.poll(() => tested.length, { timeout: LIMIT }).toBe(count);
      const { by, results } = tested[count - 1] ?? {};
      expect(by).toBe('claim');
      expect(results?.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
      const ended = tested[count - 1]?.ended;
      await until(({ test }) => test?.ended === ended && test?.by === 'claim' && test?.failed.length === 0);
    }
    /** Until the certificate that the phone has now is good no more. */
    async function runOut(): Promise<void> {
      const { rows } = await database.query('select certificate from claims');
      const { until } = lifeOf(rows[0].certificate);
      await expect.poll(() => Date.now(), { timeout: LIMIT }).toBeGreaterThan(until);
    }
    const until = (wanted: (status: Online) => boolean): Promise<Online> =>
      firstValueFrom(
        status.pipe(
          filter((now) => now !== null),
          filter(wanted),
          timeout({ first: LIMIT }),
        ),
      );

    it('a box out of its carton is claimed, tests itself, and calls; another takes its place, and it can do nothing any more', async () => {
      const first = await hang('first');
      await claim(first);
      await until(({ registration }) => registration === 'registered');
      await testedIt(1);
      await dial({ until }, first.board);
      await until(({ phase }) => phase === 'talking');
      first.board.hangUp();
      await until(({ phase }) => phase === 'idle');

      const second = await hang('second');
      const lost = first.program.until(/no link to the broker/);
      await claim(second, { replace: true });
      await lost;
      await testedIt(2);
      await dial({ until }, second.board);
      await until(({ phase }) => phase === 'talking');
      second.board.hangUp();
      const { rows } = await database.query('select thumbprint from claims');
      expect(rows).toHaveLength(1);
    }, 240_000);

    it('the certificate of the phone that hangs there renews itself, and the one that was replaced gets none', async () => {
      const [first, second] = boxes;
      if (!first || !second) throw new Error('both hang there');
      await first.program.until(/no new certificate for the broker yet: this is the key of no phone there/);
      await second.program.until(/this phone has a new certificate for the broker/);
      // What it came with has run out by now: Mosquitto looks at the date at each connection.
      await runOut();
      status.next(null);
      await mosquitto.kill();
      await mosquitto.start();
      await until(({ registration }) => registration === 'registered');
      expect(first.program.lines.filter((line) => /has a new certificate/.test(line))).toEqual([]);
    }, 120_000);

    it('a phone that stood in a drawer comes back with nothing but its key, and calls', async () => {
      const [, second] = boxes;
      if (!second) throw new Error('it hangs there');
      await second.program.stop();
      status.next(null);
      await runOut();
      second.program = tierphone('terminal', '--config', second.file);
      await second.program.until(/the broker does not take the certificate that it is shown: it has run out/);
      await until(({ registration }) => registration === 'registered');
      await dial({ until }, second.board);
      await until(({ phase }) => phase === 'talking');
      second.board.hangUp();
      await until(({ phase }) => phase === 'idle');
      const { rows } = await database.query(
        `select count(*)::int as lines from trail where what = 'certificate.renew'`,
      );
      expect(rows[0].lines).toBeGreaterThan(1);
    }, 120_000);
  },
);
