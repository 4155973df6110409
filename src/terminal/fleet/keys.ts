import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type Authority, authorityOf, fixedAuthority, NOBODY } from '../../protocol/authority.ts';
import { type KeySet, verifyKeySet, verifyRevocations } from '../../protocol/key-set.ts';
import { type RootPublicKey, Thumbprint } from '../../protocol/keys.ts';
import type { TerminalStatus } from '../../protocol/messages.ts';
import { SignatureError } from '../../protocol/signing.ts';
import { keySetTopic, revocationsTopic } from '../../protocol/topics.ts';
import { type FacilityId, Instant } from '../../protocol/units.ts';
import { openDocument, readDocument } from '../storage/document.ts';
import type { Document } from '../storage/port.ts';
import { textOf } from './message.ts';
import type { FleetOptions } from './options.ts';
import { OrderRefused, orRefused } from './refused.ts';

/** More than a platform ever signs: one that goes on and on fills no disk. */
const REVOKED_AT_MOST = 4_096;

const Kept = z.strictObject({
  /** The newest set, as it was signed. */
  set: z.string().nullable(),
  /** Every key that was ever said to be revoked, and when. */
  revoked: z.record(Thumbprint, Instant),
});
type Kept = z.infer<typeof Kept>;

const FILE = 'keys.json';
const NONE: Kept = { set: null, revoked: {} };

type KeysOptions = Pick<FleetOptions, 'facility' | 'keys' | 'folder' | 'log'>;
type OnlineKeys = Exclude<Extract<TerminalStatus, { online: true }>['keys'], undefined>;

/** Whose orders a terminal obeys. */
export interface Keys {
  /** The topics on which they stand. */
  readonly topics: readonly string[];
  readonly authority: Authority;
  /** Whether it is known whose orders are obeyed. */
  readonly isKnown: boolean;
  /** For the status; null where the keys are fixed. */
  readonly told: OnlineKeys | null;
  /**
   * Takes what came on one of the topics; resolves when it is on the disk, with whether it says anything new.
   * @throws OrderRefused where it is not to be believed or old; Malformed where it is too large
   */
  receive(topic: string, payload: Uint8Array): Promise<boolean>;
}

/** Opens the keys of a terminal: fixed ones, or those that it was told of and has kept. */
export async function openKeys(options: KeysOptions): Promise<Keys> {
  const { keys, folder, log } = options;
  if ('orders' in keys)
    return {
      ...{ topics: [], authority: fixedAuthority(keys.orders), isKnown: true, told: null },
      receive: () => Promise.resolve(false),
    };
  // Damaged is as on the first day: closed until the set has come again.
  const document = await openDocument(join(folder, FILE), Kept, NONE, { log });
  const set = await setIn(document.value, keys.root, options.facility);
  const authority = set ? await authorityOf(set, revokedIn(document.value)) : NOBODY;
  return new SignedKeys(options, keys.root, document, set, authority);
}

/** Whose signatures counted when the terminal ran last, for who only looks. */
export async function storedAuthority(folder: string, root: RootPublicKey, facility: FacilityId): Promise<Authority> {
  const kept = (await readDocument(join(folder, FILE), Kept)) ?? NONE;
  const set = await setIn(kept, root, facility);
  return set ? authorityOf(set, revokedIn(kept)) : NOBODY;
}

const revokedIn = ({ revoked }: Kept): ReadonlySet<string> => new Set(Object.keys(revoked));

/** The set that is kept, or null: a terminal that was given another root, or another place, has none. */
async function setIn({ set }: Kept, root: RootPublicKey, facility: FacilityId): Promise<KeySet | null> {
  if (set === null) return null;
  try {
    const read = await verifyKeySet(set, root);
    return read.facility === facility ? read : null;
  } catch (error) {
    if (error instanceof SignatureError) return null;
    throw error;
  }
}

class SignedKeys implements Keys {
  readonly topics: readonly [set: string, revoked: string];
  readonly #facility: FacilityId;
  readonly #root: RootPublicKey;
  readonly #platform: FleetOptions['keys']['platform'];
  readonly #log: Logger;
  readonly #document: Document<Kept>;
  #kept: Kept;
  #set: KeySet | null;
  #authority: Authority;

  constructor(
    { facility, keys, log }: KeysOptions,
    root: RootPublicKey,
    document: Document<Kept>,
    set: KeySet | null,
    authority: Authority,
  ) {
    this.topics = [keySetTopic(facility), revocationsTopic(facility)];
    this.#facility = facility;
    this.#root = root;
    this.#platform = keys.platform;
    this.#log = log;
    this.#document = document;
    this.#kept = document.value;
    this.#set = set;
    this.#authority = authority;
  }

  get authority(): Authority {
    return this.#authority;
  }

  get isKnown(): boolean {
    return this.#set !== null;
  }

  get told(): OnlineKeys {
    return { sequence: this.#set?.sequence ?? 0, revoked: Object.keys(this.#kept.revoked).length };
  }

  async receive(topic: string, payload: Uint8Array): Promise<boolean> {
    const text = textOf(payload);
    if (text === '') throw new OrderRefused('empty: the keys stay as they are');
    return topic === this.topics[0] ? this.#takeSet(text) : this.#takeRevoked(text);
  }

  async #takeSet(jws: string): Promise<boolean> {
    if (jws === this.#kept.set && this.#set) return false;
    const set = await orRefused(verifyKeySet(jws, this.#root));
    this.#mustBeOurs(set.facility);
    const last = this.#set?.sequence ?? 0;
    if (set.sequence <= last)
      throw new OrderRefused(`an old set of keys: its sequence is ${set.sequence}, ${last} is known`);
    this.#set = set;
    await this.#keep({ ...this.#kept, set: jws });
    return true;
  }

  /** What was revoked once is revoked for good, whatever is said later. */
  async #takeRevoked(jws: string): Promise<boolean> {
    const list = await orRefused(verifyRevocations(jws, this.#platform.replies));
    this.#mustBeOurs(list.facility);
    const fresh = list.revoked.filter(({ thumbprint }) => !(thumbprint in this.#kept.revoked));
    if (fresh.length === 0) return false;
    const revoked = {
      ...this.#kept.revoked,
      ...Object.fromEntries(fresh.map(({ thumbprint, at }) => [thumbprint, at])),
    };
    if (Object.keys(revoked).length > REVOKED_AT_MOST)
      throw new OrderRefused(`more than ${REVOKED_AT_MOST} revoked keys: give the site a new root key`);
    await this.#keep({ ...this.#kept, revoked });
    return true;
  }

  /** What cannot be stored counts all the same: after a power cut the broker hands it over anew. */
  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    if (this.#set) this.#authority = await authorityOf(this.#set, revokedIn(kept));
    await this.#document.write(kept).catch((err: unknown) => {
      this.#log.error({ err }, 'keys of orders are known but not stored');
    });
  }

  #mustBeOurs(facility: FacilityId): void {
    if (facility !== this.#facility) throw new OrderRefused(`is for facility ${facility}`);
  }
}
