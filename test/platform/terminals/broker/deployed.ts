import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { openBroker } from '../../../../src/platform/terminals/broker/open.ts';
import type { BrokerAccounts } from '../../../../src/platform/terminals/broker/port.ts';
import {
  makeAuthority,
  type Authority as PhonesAuthority,
  readAuthority,
} from '../../../../src/platform/terminals/certificates/authority.ts';
import { certify } from '../../../../src/platform/terminals/certificates/certificate.ts';
import type { PhonePlace } from '../../../../src/platform/terminals/exchange/port.ts';
import type { BrokerLogin } from '../../../../src/protocol/broker.ts';
import type { TerminalPublicKey } from '../../../../src/protocol/keys.ts';
import type { Instant, Millis } from '../../../../src/protocol/units.ts';
import { Mosquitto } from '../../../process/mosquitto.ts';
import { Authority } from '../../../terminal/telephony/sip/certificates.ts';

const HOUR = 3_600_000 as Millis;

/** Mosquitto as it is deployed where the platform gives phones their accounts, with TLS on both listeners. */
export class Deployed {
  readonly mosquitto: Mosquitto;
  readonly accounts: BrokerAccounts;
  /** Who signs the certificates of phones. */
  readonly phones: PhonesAuthority;
  readonly #authority: Authority;
  readonly #folder: string;
  readonly #clients: MqttClient[] = [];

  private constructor(
    mosquitto: Mosquitto,
    accounts: BrokerAccounts,
    phones: PhonesAuthority,
    authority: Authority,
    folder: string,
  ) {
    this.phones = phones;
    this.mosquitto = mosquitto;
    this.accounts = accounts;
    this.#authority = authority;
    this.#folder = folder;
  }

  /** File (PEM): the authority of the broker's certificate. */
  get ca(): string {
    return this.#authority.ca;
  }

  static async open(): Promise<Deployed> {
    const authority = new Authority();
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-phones-'));
    const { files } = authority.make({ names: 'IP:127.0.0.1,DNS:localhost' });
    const ca = await makeAuthority('pine-river', Date.now() as Instant);
    const signer = await readAuthority(ca.key + ca.certificate);
    const phones = join(folder, 'ca.crt');
    writeFileSync(phones, ca.certificate);
    const mosquitto = await Mosquitto.open({ tls: { ...files, ca: authority.ca }, phones });
    const accounts = openBroker(
      {
        ...{ url: `mqtts://127.0.0.1:${mosquitto.port}`, ca: authority.ca },
        accounts: {
          ...{ username: 'broker-admin', password: 'secret', certificates: HOUR },
          phones: `mqtts://127.0.0.1:${mosquitto.phonesPort}`,
        },
      },
      signer,
    );
    if (accounts === null) throw new Error('accounts are configured');
    return new Deployed(mosquitto, accounts, signer, authority, folder);
  }

  /** What an authority that is not the platform's gives for a key. */
  async stranger(login: BrokerLogin, place: PhonePlace, key: TerminalPublicKey): Promise<BrokerLogin> {
    const now = Date.now() as Instant;
    const { key: own, certificate } = await makeAuthority('pine-river', now);
    return {
      ...login,
      certificate: await certify(await readAuthority(own + certificate), place, key, { now, life: HOUR }),
    };
  }

  /** Comes as a phone that was given `login`, with its key (PEM). */
  async phone({ url, ca, username, certificate }: BrokerLogin, pem: string, more: IClientOptions = {}) {
    return this.#client(url, { ca: String(ca), cert: certificate, key: pem, clientId: username, ...more });
  }

  /** Comes by a password, where staff and platform do. */
  async byPassword(username: string, password: string): Promise<MqttClient> {
    const options = { username, password, clientId: username, ca: readFileSync(this.#authority.ca, 'utf8') };
    return this.#client(`mqtts://127.0.0.1:${this.mosquitto.port}`, options);
  }

  async #client(url: string, options: IClientOptions): Promise<MqttClient> {
    const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, ...options }, false);
    client.on('error', () => undefined);
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.endAsync(true);
    await this.accounts.close();
    await this.mosquitto.close();
    this.#authority.close();
    rmSync(this.#folder, { recursive: true });
  }
}
