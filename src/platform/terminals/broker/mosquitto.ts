import { readFile } from 'node:fs/promises';
import type { BrokerLogin } from '../../../protocol/broker.ts';
import type { TerminalPublicKey } from '../../../protocol/keys.ts';
import { accountOfKey } from '../../../protocol/phone-certificate.ts';
import type { Instant, Millis } from '../../../protocol/units.ts';
import type { Authority } from '../certificates/authority.ts';
import { certify } from '../certificates/certificate.ts';
import type { PhonePlace } from '../exchange/port.ts';
import { accountOfPhone, accountOfPlace } from './account.ts';
import type { Wanted } from './changes.ts';
import type { AdminAccess } from './control.ts';
import { type BrokerAccounts, BrokerError } from './port.ts';
import { Turns } from './turns.ts';

/** What phones are told, and by whom they are certified. */
interface Phones {
  /** Where they reach the broker with their certificates. */
  readonly url: string;
  /** File (PEM): the authority of the broker's certificate; the system's where not given. */
  readonly ca?: string | undefined;
  readonly authority: Authority;
  /** How long a certificate is good. */
  readonly life: Millis;
}

/** Accounts at Mosquitto's dynamic security, each by the key of its phone, which comes with a certificate. */
export class MosquittoAccounts implements BrokerAccounts {
  readonly #phones: Phones;
  readonly #turns: Turns;

  constructor(admin: AdminAccess, phones: Phones) {
    this.#phones = phones;
    this.#turns = new Turns(admin);
  }

  async give(place: PhonePlace, key: TerminalPublicKey): Promise<BrokerLogin> {
    const login = await this.certify(place, key);
    await this.#turns.bring({ account: accountOfPhone(place, key.kid), gone: [accountOfPlace(place)] });
    return login;
  }

  async certify(place: Omit<PhonePlace, 'unit'>, key: TerminalPublicKey): Promise<BrokerLogin> {
    const { url, authority, life } = this.#phones;
    const certificate = await certify(authority, place, key, { now: Date.now() as Instant, life });
    const ca = await this.#ca();
    return { url, username: accountOfKey(key.kid), certificate, ...(ca !== null && { ca }) };
  }

  revoke(place: Omit<PhonePlace, 'unit'>, { kid }: Pick<TerminalPublicKey, 'kid'>): Promise<void> {
    const wanted: Wanted = { account: null, gone: [accountOfKey(kid), accountOfPlace(place)] };
    return this.#turns.bring(wanted);
  }

  close(): Promise<void> {
    return this.#turns.close();
  }

  /** As the file has it now: it may have been renewed. */
  async #ca(): Promise<string | null> {
    const { ca } = this.#phones;
    if (ca === undefined) return null;
    return readFile(ca, 'utf8').catch((cause: Error) => {
      throw new BrokerError(`the authority of the broker cannot be read (mqtt.ca): ${cause.message}`, { cause });
    });
  }
}
