import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { FACILITY, TERMINAL, UNIT } from '../../../sim/world/folder.ts';
import { signProof } from '../../../src/protocol/claim.ts';
import type { TerminalPrivateKey } from '../../../src/protocol/keys.ts';
import { type Instant, TerminalId } from '../../../src/protocol/units.ts';
import type { Voucher } from '../../../src/protocol/voucher.ts';
import { Refused } from '../../../src/terminal/claiming/ask.ts';
import { askForCode } from '../../../src/terminal/claiming/asking.ts';
import { doorAt } from '../../../src/terminal/claiming/door.ts';
import { askPlatform } from '../../../src/terminal/renewal/ask.ts';
import { startPhone } from '../../interop/audio.ts';
import { until } from '../../interop/peers/program.ts';
import { trunkOf } from '../../platform/terminals/exchange/exchange.ts';
import { newCall, recordOf, signed } from '../../platform/world.ts';
import type { ClaimedSite } from './site.ts';

const own = (channel: string) => `tierphone/v1/${FACILITY}/terminals/${TERMINAL}/${channel}`;
const HEARS = [...['replies', 'commands', 'lockdown', 'status'].map(own), `tierphone/v1/${FACILITY}/lockdown`];
const ALSO = [`tierphone/v1/${FACILITY}/units/${UNIT}/lockdown`, `tierphone/v1/${FACILITY}/settings`, '#', '$SYS/#'];
const SAYS = ['status', 'events', 'records', 'requests'].map(own);

/** Somebody who has all that is on the card of a phone, and tries each door with it. */
export class Thief {
  readonly #site: ClaimedSite;
  readonly #key: TerminalPrivateKey;
  readonly #voucher: Voucher;

  constructor(site: ClaimedSite, key: TerminalPrivateKey, voucher: Voucher) {
    this.#site = site;
    this.#key = key;
    this.#voucher = voucher;
  }

  /** Topics on which he hears or is heard. */
  async atBroker(): Promise<string[]> {
    const { url, username, certificate, ca } = this.#voucher.mqtt;
    const jwk = { ...this.#key };
    const key = String(createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' }));
    const login = { ca: ca ?? '', cert: certificate ?? '', key, ...(username && { username, clientId: username }) };
    const client = await connect(url, login);
    const opened: string[] = [];
    for (const topic of [...HEARS, ...ALSO])
      await client.subscribeAsync(topic, { qos: 1 }).then(
        () => opened.push(`hears ${topic}`),
        () => undefined,
      );
    opened.push(...(await this.#heard(client)));
    await client.endAsync(true);
    return opened;
  }

  async #heard(client: MqttClient): Promise<string[]> {
    const heard: string[] = [];
    const last = randomUUID();
    const marker = await this.#anybody();
    const whole = new Promise<void>((resolve) => {
      this.#site.seen.messages.subscribe(({ topic, payload }) => {
        if (payload.toString() === 'a thief') heard.push(`says ${topic}`);
        if (payload.toString() === last) resolve();
      });
    });
    for (const topic of SAYS) await client.publishAsync(topic, 'a thief', { qos: 1 });
    await marker.publishAsync(own('events'), last, { qos: 1 });
    await whole;
    await marker.endAsync();
    return heard;
  }

  /** What of REGISTER and INVITE the exchange took. */
  async atExchange(number: string): Promise<string[]> {
    if (this.#voucher.sip === null) throw new Error('it had no account at the exchange');
    const phone = await startPhone(0, () => new Int16Array(320), {
      trunks: [{ ...trunkOf(this.#voucher.sip), name: 'one' }],
      pace: { backOff: { first: 200, longest: 2_000 } },
    });
    const trunk = (state: 'up' | 'down') => phone.events.findLast((e) => e.type === 'trunk' && e.state === state);
    await until(
      'its registration',
      () => trunk('up') !== undefined || /401|password/.test(JSON.stringify(trunk('down'))),
    );
    phone.account.dial('stolen', number, { privileged: false });
    const told = () =>
      phone.events.find((e) => (e.type === 'answered' || e.type === 'dial-failed') && e.call === 'stolen');
    await until('its call', () => told() !== undefined);
    const isRefused = JSON.stringify(told()).includes('"sip":407');
    await phone.close();
    return [...(trunk('up') ? ['REGISTER'] : []), ...(isRefused ? [] : [`INVITE: ${JSON.stringify(told())}`])];
  }

  /** What the platform gave him: for the asking by which he was a phone, and as a box that asks anew. */
  async atPlatform(): Promise<string[]> {
    const { url, fingerprint } = this.#site.platform;
    const { box } = this.#voucher;
    const { rows } = await this.#site.database.query<{ nonce: string }>('select nonce from boxes where id = $1', [box]);
    const proof = await signProof({ box, nonce: rows[0]?.nonce ?? '' }, this.#key);
    const again = await doorAt(url)
      .voucher(box, proof)
      .catch((error: unknown) => {
        if (error instanceof Refused && error.status === 410) return null;
        throw error;
      });
    const says = { serial: 'a thief', model: 'a thief', version: '1' };
    const anew = await askForCode(doorAt(url), { says, key: this.#key }, fingerprint);
    const { facility, terminal, platform } = this.#voucher;
    const phone = { facility, terminal, key: this.#key, platform: platform.replies };
    const renewed = await (await askPlatform(url, phone, AbortSignal.timeout(10_000))).certificate().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Refused) return false;
        throw error;
      },
    );
    const looked = await fetch(`${url}/api/facilities/${FACILITY}/claims`);
    return [
      ...(again === null ? [] : ['the voucher again']),
      ...(renewed ? ['a new certificate'] : []),
      ...((await anew.voucher()) === null ? [] : ['another voucher']),
      ...(looked.status === 401 ? [] : [`claims: ${looked.status}`]),
    ];
  }

  /** Whether a record that his key signed was stored, brought by whoever carries records. */
  async byRecord(): Promise<string[]> {
    const { facility, terminal } = this.#voucher;
    const place = { facility, terminal: TerminalId.parse(terminal) };
    const now = Date.now() as Instant;
    const body = await signed(recordOf(place, newCall(), 1_000, now), this.#key);
    const carrier = await this.#anybody();
    const message = { v: 1, id: randomUUID(), at: now, body };
    await carrier.publishAsync(own('records'), JSON.stringify(message), { qos: 1 });
    await carrier.endAsync();
    const asked = 'select 1 from terminal_keys where thumbprint = $1 and state = $2';
    const strange = () => this.#site.database.query(asked, [this.#key.kid, 'strange']);
    await until('the alarm that it is heard again', async () => (await strange()).rows.length > 0);
    const stored = await this.#site.database.query('select 1 from records where call = $1', [body.call]);
    return stored.rows.length === 0 ? [] : ['a record'];
  }

  #anybody(): Promise<MqttClient> {
    const options = { username: 'anybody', password: 'secret', clientId: randomUUID() };
    return connect(`mqtts://127.0.0.1:${this.#site.mosquitto.port}`, { ...options, ca: readFileSync(this.#site.ca) });
  }
}

async function connect(url: string, options: IClientOptions): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, ...options }, false);
  client.on('error', () => undefined);
  return client;
}
