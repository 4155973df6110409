import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { pino } from 'pino';
import { expect } from 'vitest';
import {
  type Authority,
  makeAuthority,
  readAuthority,
} from '../../../../src/platform/terminals/certificates/authority.ts';
import { certify } from '../../../../src/platform/terminals/certificates/certificate.ts';
import type { PhoneAccounts } from '../../../../src/platform/terminals/claims/accounts.ts';
import { openClaiming } from '../../../../src/platform/terminals/claims/claiming.ts';
import type { PhonePlace } from '../../../../src/platform/terminals/exchange/port.ts';
import type { Issuers } from '../../../../src/platform/terminals/issuers.ts';
import { TerminalPrivateKey, type TerminalPublicKey } from '../../../../src/protocol/keys.ts';
import type { FacilityId, Instant, Millis } from '../../../../src/protocol/units.ts';
import type { Voucher } from '../../../../src/protocol/voucher.ts';
import { type Asking, askForCode, type Box } from '../../../../src/terminal/claiming/asking.ts';
import { doorAt } from '../../../../src/terminal/claiming/door.ts';
import { rootKey } from '../../../protocol/keys-of-county.ts';
import { openDesk } from '../../people/desk.ts';
import type { Setup } from '../../world.ts';

/** Broker and exchange as one list of who may come in where, with faults on demand. */
class Doors implements PhoneAccounts {
  /** At the exchange: by place, the password that opens and the key of the box it was made for. */
  readonly open = new Map<string, { readonly password: string; readonly box: string }>();
  /** At the broker: by the key of a box, its place. */
  readonly keys = new Map<string, string>();
  /** What happens to the next ones: before it is done, or after. */
  fault: 'none' | 'before' | 'after' = 'none';
  made = 0;
  /** How long a certificate is good. */
  life = 3_600_000 as Millis;
  readonly authority: Authority;
  readonly now: () => Instant;

  constructor(authority: Authority, now: () => Instant) {
    this.authority = authority;
    this.now = now;
  }

  async give(place: PhonePlace, key: TerminalPublicKey): Promise<Pick<Voucher, 'mqtt' | 'sip'>> {
    this.#fail('before');
    const password = `password-${++this.made}`;
    this.open.set(name(place), { password, box: key.kid });
    this.keys.set(key.kid, name(place));
    this.#fail('after');
    const { certificate } = await this.certify(place, key);
    return { mqtt: { ...BROKER, username: name(place), password, certificate }, sip: null };
  }

  async certify(place: Pick<PhonePlace, 'facility' | 'terminal'>, key: TerminalPublicKey) {
    this.#fail('before');
    const { authority, life } = this;
    return { certificate: await certify(authority, place, key, { now: this.now(), life }), ca: 'of the broker' };
  }

  async revoke(place: Pick<PhonePlace, 'facility' | 'terminal'>, thumbprint: string): Promise<void> {
    this.#fail('before');
    // As an exchange has it, which knows the place alone: whoever is there now would be put out too.
    expect(this.open.get(name(place))?.box ?? thumbprint).toBe(thumbprint);
    this.open.delete(name(place));
    this.keys.delete(thumbprint);
    this.#fail('after');
  }

  /** Whether a phone that has this voucher is let in. */
  letsIn = ({ facility, terminal, key, mqtt }: Voucher): boolean => {
    const place = name({ facility, terminal });
    return this.keys.get(key) === place && this.open.get(place)?.password === mqtt.password;
  };

  #fail(when: 'before' | 'after'): void {
    if (this.fault !== when) return;
    this.fault = 'none';
    throw new Error('the broker is away');
  }
}

const BROKER = { url: 'mqtts://broker.example:8883', insecure: false, ca: null };
const name = ({ facility, terminal }: Pick<PhonePlace, 'facility' | 'terminal'>) => `terminal/${facility}/${terminal}`;

/** A box as it comes from its maker. */
export async function newBox(serial: string): Promise<Box> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = TerminalPrivateKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
  return { key, says: { serial, model: 'Raspberry Pi 4', version: '0.1.0' } };
}

/** A platform at which boxes are claimed, with staff and the doors outside. */
export async function openCounty(setup: Setup) {
  const { control } = setup.world;
  const ca = await makeAuthority('county', Date.now() as Instant);
  const doors = new Doors(await readAuthority(ca.key + ca.certificate), () => desk.clock.now);
  const { known: rootPublic } = await rootKey();
  const issuers = new Map<FacilityId, Issuers>();
  const alarms: string[] = [];
  const given = {
    ...control,
    now: () => desk.clock.now,
    alarm: (kind: string) => void alarms.push(kind),
  };
  const claiming = openClaiming(given, { accounts: doors, issuers }, pino({ level: 'silent' }));
  const limits = { session: 1_000_000, address: 1_000_000 };
  const desk: Awaited<ReturnType<typeof openDesk>> = await openDesk(setup, { port: 0, limits }, [claiming.routes]);

  /** A facility whose phones obey the root key. */
  const facility = async (): Promise<FacilityId> => {
    const id = await desk.facility();
    issuers.set(id, { trusted: { root: rootPublic }, first: null, lists: null, twoPeople: [] });
    return id;
  };
  const ask = (box: Box, fingerprint: string | null = control.replies.kid): Promise<Asking> =>
    askForCode(doorAt(desk.api.address), box, fingerprint);
  const close = async () => {
    await claiming.close();
    await desk.close();
  };
  return { ...{ desk, doors, facility, ask, alarms, rootPublic, fingerprint: control.replies.kid, control }, close };
}
export type County = Awaited<ReturnType<typeof openCounty>>;
