import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { Subject } from 'rxjs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Broker } from '../../sim/world/broker.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { freePort, hasMosquitto, listening } from '../terminal/fleet/brokers.ts';
import { tierphone } from './program.ts';

/** Whether Debian's mosquitto and mosquitto_ctrl are here. */
export const hasDeployable = hasMosquitto && spawnSync('mosquitto_ctrl', ['--help']).error === undefined;

const Account = z.object({ mqtt: z.object({ url: z.string(), username: z.string(), password: z.string() }) });

/** Files (PEM) of a broker that speaks TLS: its certificate, that one's key, and the authority. */
interface Tls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

interface MosquittoOptions {
  readonly tls?: Tls;
  /** File (PEM): the authority of phones' certificates; they have a listener of their own then. Goes with `tls`. */
  readonly phones?: string;
  readonly change?: (conf: string) => string;
}

/** Mosquitto with the configuration that is deployed: only where it listens and keeps things is the test's own. */
export class Mosquitto {
  readonly port: number;
  /** Where phones with certificates come. */
  readonly phonesPort: number;
  readonly folder: string;
  readonly #tls: Tls | undefined;
  #child: ChildProcess | null = null;

  private constructor(port: number, phonesPort: number, folder: string, tls: Tls | undefined) {
    this.port = port;
    this.phonesPort = phonesPort;
    this.folder = folder;
    this.#tls = tls;
  }

  /**
   * With a certificate it speaks TLS, as it is deployed. `change`: of the deployed configuration, where a test wants a smaller bound than a
   * site has.
   */
  static async open({ tls, phones, change = (conf) => conf }: MosquittoOptions = {}): Promise<Mosquitto> {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-mosquitto-'));
    const broker = new Mosquitto(await freePort(), await freePort(), folder, tls);
    const security = join(folder, 'dynamic-security.json');
    execFileSync('mosquitto_ctrl', ['dynsec', 'init', security, 'broker-admin', 'secret']);
    const files = phones === undefined ? ['tierphone.conf'] : ['tierphone-phones.conf', 'tierphone.conf'];
    const written = files.map((file) => readFileSync(join(packageRoot(), 'deploy/mosquitto', file), 'utf8'));
    const deployed = change(written.join('\n'))
      .replace('listener 8883', `listener ${broker.port} 127.0.0.1`)
      .replace('listener 8884', `listener ${broker.phonesPort} 127.0.0.1`)
      .replace(/^certfile .*\n/gm, tls ? `certfile ${tls.cert}\n` : '')
      .replace(/^keyfile .*\n/gm, tls ? `keyfile ${tls.key}\n` : '')
      .replace(/^cafile .*\n/m, `cafile ${phones}\n`)
      .replace('/var/lib/mosquitto/dynamic-security.json', security);
    // As Debian's own file has it. Started by the superuser it would become another user, who may not read the folder.
    const debian = `persistence true\npersistence_location ${folder}/\nuser root\n`;
    writeFileSync(join(folder, 'mosquitto.conf'), `${deployed}\n${debian}`);
    chmodSync(folder, 0o755);
    await broker.start();
    // As deploy/README.md has it: the admin too is who he is at one client id alone.
    const trust = tls ? ['--cafile', tls.ca] : [];
    const at = ['-h', '127.0.0.1', '-p', String(broker.port), ...trust, '-u', 'broker-admin', '-P', 'secret'];
    execFileSync('mosquitto_ctrl', [...at, 'dynsec', 'setClientId', 'broker-admin', 'broker-admin']);
    return broker;
  }

  async start(): Promise<void> {
    const child = spawn('mosquitto', ['-c', join(this.folder, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`mosquitto ended: ${said}`)));
    await Promise.race([listening(this.port), ended]);
    ended.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The most memory that it has had, bytes. */
  get peak(): number {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1_024;
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    if (this.#child) await once(this.#child, 'exit');
    this.#child = null;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** Makes an account by the compiled command; gives it, and the file that holds what was printed. */
  async account(...args: string[]): Promise<{ username: string; password: string; file: string }> {
    const where = this.#tls
      ? ['--broker', `mqtts://127.0.0.1:${this.port}`, '--ca', this.#tls.ca]
      : ['--broker', `mqtt://127.0.0.1:${this.port}`];
    process.env.TIERPHONE_MQTT_PASSWORD = 'secret';
    const program = tierphone('account', ...args, ...where, '--user', 'broker-admin');
    delete process.env.TIERPHONE_MQTT_PASSWORD;
    // Last of what it prints, which is read whole only then.
    await program.until(/^ +password: /);
    const text = program.lines.join('\n');
    const { username, password } = Account.parse(parse(text)).mqtt;
    const file = join(this.folder, `${args.filter((arg) => !arg.startsWith('--')).join('-')}.yaml`);
    writeFileSync(file, text);
    return { username, password, file };
  }

  /** An account with which anybody may say and hear all that Tierphone does, as whatever client he likes. */
  async anybody(): Promise<{ username: string; password: string }> {
    const who = { username: 'anybody', password: 'secret' };
    const admin = { username: 'broker-admin', password: 'secret', clientId: 'broker-admin' };
    const trust = this.#tls ? { protocol: 'mqtts' as const, ca: readFileSync(this.#tls.ca) } : {};
    const options = { protocolVersion: 4 as const, ...admin, ...trust };
    const client = await connectAsync(`mqtt://127.0.0.1:${this.port}`, options, false);
    const acls = ['publishClientSend', 'subscribePattern'].map((acltype) => ({
      ...{ acltype, topic: 'tierphone/#', allow: true },
    }));
    const commands = [
      { command: 'createRole', rolename: 'anybody', acls },
      { command: 'createClient', ...who, roles: [{ rolename: 'anybody' }] },
    ];
    await client.publishAsync('$CONTROL/dynamic-security/v1', JSON.stringify({ commands }), { qos: 1 });
    await client.endAsync();
    return who;
  }

  /** What staff see, which comes back with the broker; closing it ends the broker. */
  async seenBy({ username, password }: { username: string; password: string }, topic: string): Promise<Broker> {
    const messages: Broker['messages'] = new Subject();
    const client = await connectAsync(`${this.#tls ? 'mqtts' : 'mqtt'}://127.0.0.1:${this.port}`, {
      ...{ username, password, clientId: username },
      ...{ protocolVersion: 4, reconnectPeriod: 200 },
      ...(this.#tls && { ca: readFileSync(this.#tls.ca) }),
    });
    client.on('error', () => undefined);
    client.on('message', (from, payload, { retain }) => messages.next({ topic: from, payload, retained: retain }));
    await client.subscribeAsync(topic, { qos: 1 });
    return {
      port: this.port,
      messages,
      close: async () => {
        messages.complete();
        await client.endAsync(true);
        await this.close();
      },
    };
  }
}
