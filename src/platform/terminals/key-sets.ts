import type { Logger } from 'pino';
import { type Authority, authorityOf, believeHotlines, fixedAuthority, NOBODY } from '../../protocol/authority.ts';
import {
  type KeySet,
  type Revocations,
  signRevocations,
  verifyKeySet,
  verifyRevocations,
} from '../../protocol/key-set.ts';
import type { RootPublicKey } from '../../protocol/keys.ts';
import type { Hotline } from '../../protocol/messages.ts';
import { SignatureError, verifyHotlines } from '../../protocol/signing.ts';
import { keySetTopic, revocationsTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Control } from '../context.ts';
import type { Issuers } from './issuers.ts';
import { forgetAsked, readRevoked, readSet, writeRevoked, writeSet } from './key-rows.ts';
import { orRefused, Refused } from './refused.ts';

/** A phone reads no longer list of revoked keys. */
const REVOKED_AT_MOST = 512;

/** What is known of the keys of one facility. */
interface Known {
  readonly set: KeySet | null;
  /** The set as it was signed. */
  readonly jws: string | null;
  readonly revoked: Revocations['revoked'];
  /** `revoked` as this platform signs it; null while there is none. */
  readonly list: string | null;
  readonly authority: Authority;
  readonly hotlines: readonly Hotline[] | null;
}

/** What a message on a topic of keys is: what should stand there, what is newer and was taken, or what must not stand there. */
type Weighed = { readonly result: 'right' | 'newer' } | { readonly result: 'wrong'; readonly reason: string };

type Given = Pick<Control, 'db' | 'replies'>;

/** Whose signatures count in each facility: fixed keys, or the newest set that the site's root key signed, less what was revoked here. */
export class KeySets {
  readonly #given: Given;
  readonly #issuers: ReadonlyMap<FacilityId, Issuers>;
  readonly #log: Logger;
  readonly #known = new Map<FacilityId, Known>();

  constructor(given: Given, issuers: ReadonlyMap<FacilityId, Issuers>, log: Logger) {
    this.#given = given;
    this.#issuers = issuers;
    this.#log = log;
  }

  /** Reads what is kept of all facilities. */
  async read(): Promise<void> {
    const { db } = this.#given;
    for (const [facility, { trusted }] of this.#issuers) {
      const isFixed = 'keys' in trusted;
      const jws = isFixed ? null : await readSet(db, facility);
      await this.#learn(facility, { jws, revoked: isFixed ? [] : await readRevoked(db, facility) });
    }
  }

  /** Whose orders count there. */
  authority(facility: FacilityId): Authority {
    return this.#known.get(facility)?.authority ?? NOBODY;
  }

  /** Whether it is known whose orders count there. */
  isKnown(facility: FacilityId): boolean {
    return this.authority(facility) !== NOBODY;
  }

  /** What its phones may dial without asking; null where no list is known. */
  hotlines(facility: FacilityId): readonly Hotline[] | null {
    return this.#known.get(facility)?.hotlines ?? null;
  }

  /** The set and what was revoked. @throws Refused where the keys are fixed */
  contentOf(
    facility: FacilityId,
  ): Pick<Known, 'set' | 'jws' | 'revoked' | 'authority'> & { readonly root: RootPublicKey } {
    const root = this.#rootOf(facility);
    const known = this.#known.get(facility);
    if (!known) throw new Refused(`nothing is known yet of the keys of ${facility}: try again`);
    return { ...known, root };
  }

  /** What should stand on each topic of keys; null where nothing was there yet. */
  get standing(): ReadonlyMap<string, string | null> {
    const rooted = [...this.#issuers].filter(([, { trusted }]) => 'root' in trusted);
    return new Map(
      rooted.flatMap(([facility]) => {
        const known = this.#known.get(facility);
        return [
          [keySetTopic(facility), known?.jws ?? null],
          [revocationsTopic(facility), known?.list ?? null],
        ] as const;
      }),
    );
  }

  /**
   * Takes a set that is newer than what is known.
   * @throws Refused where it is by another key, for another facility, or old
   */
  async take(facility: FacilityId, jws: string): Promise<KeySet> {
    const set = await orRefused(verifyKeySet(jws, this.#rootOf(facility)));
    if (set.facility !== facility) throw new Refused(`the set is for facility ${set.facility}`);
    const last = this.#known.get(facility);
    const kept = await writeSet(this.#given.db, facility, set.sequence, jws);
    if (kept !== last?.jws) await this.#learn(facility, { jws: kept });
    if (kept !== jws) {
      const is = this.#known.get(facility)?.set?.sequence ?? 0;
      throw new Refused(`an old set: its sequence is ${set.sequence}, ${is} is known: sign it anew from the newest`);
    }
    const thumbprints = [...(this.authority(facility).entries?.values() ?? [])].map(({ thumbprint }) => thumbprint);
    await forgetAsked(this.#given.db, facility, thumbprints);
    return set;
  }

  /** Has keys count no more, for good. @throws Refused where a phone would not read so many */
  async revoke(facility: FacilityId, revoked: Revocations['revoked']): Promise<void> {
    this.#rootOf(facility);
    const before = this.#known.get(facility)?.revoked ?? [];
    const fresh = revoked.filter(({ thumbprint }) => !before.some((other) => other.thumbprint === thumbprint));
    if (fresh.length === 0) return;
    if (before.length + fresh.length > REVOKED_AT_MOST)
      throw new Refused(`${REVOKED_AT_MOST} keys are revoked, phones read no more: give the site a new root key`);
    await this.#learn(facility, { revoked: await writeRevoked(this.#given.db, facility, fresh) });
  }

  /**
   * Weighs what came on a topic of keys; what is newer is taken. Another platform may have taken or revoked it.
   * @throws Error where the database is not there
   */
  async weigh(facility: FacilityId, topic: string, jws: string): Promise<Weighed> {
    if (jws === (this.standing.get(topic) ?? '')) return { result: 'right' };
    if (jws === '') return { result: 'wrong', reason: 'cleared' };
    const before = this.standing.get(topic);
    try {
      if (topic === keySetTopic(facility)) await this.take(facility, jws);
      else await this.#takeRevoked(facility, jws);
    } catch (error) {
      if (error instanceof Refused) return { result: 'wrong', reason: error.message };
      throw error;
    }
    return this.standing.get(topic) === before
      ? { result: 'wrong', reason: 'an earlier list of revoked keys' }
      : { result: 'newer' };
  }

  async #takeRevoked(facility: FacilityId, jws: string): Promise<void> {
    const { d: _, ...own } = this.#given.replies;
    const list = await orRefused(verifyRevocations(jws, [own]));
    if (list.facility !== facility) throw new Refused(`the list is for facility ${list.facility}`);
    await this.revoke(facility, list.revoked);
  }

  #rootOf(facility: FacilityId): RootPublicKey {
    const trusted = this.#issuers.get(facility)?.trusted;
    if (trusted && 'root' in trusted) return trusted.root;
    throw new Refused(`the keys of ${facility} are fixed: name a root key in orders.${facility}.root`);
  }

  async #learn(facility: FacilityId, news: Partial<Pick<Known, 'jws' | 'revoked'>>): Promise<void> {
    const issuers = this.#issuers.get(facility);
    if (!issuers) return;
    const { trusted, lists } = issuers;
    const { jws, revoked } = { jws: null, revoked: [], ...this.#known.get(facility), ...news };
    const set = jws !== null && 'root' in trusted ? await this.#setIn(jws, trusted.root, facility) : null;
    const gone = new Set(revoked.map(({ thumbprint }) => thumbprint));
    const authority = 'keys' in trusted ? fixedAuthority(trusted.keys) : set ? await authorityOf(set, gone) : NOBODY;
    const sequence = revoked.length;
    const list = sequence === 0 ? null : await signRevocations({ facility, sequence, revoked }, this.#given.replies);
    const hotlines =
      lists && (await Promise.all(lists.map((one) => this.#believed(facility, one, trusted, authority)))).flat();
    this.#known.set(facility, { set, jws: set && jws, revoked, list, authority, hotlines });
  }

  /** A set that is kept from under another root is none. */
  async #setIn(jws: string, root: RootPublicKey, facility: FacilityId): Promise<KeySet | null> {
    try {
      return await verifyKeySet(jws, root);
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      this.#log.error(`the set of keys of ${facility} is kept but not believed: ${error.message}: give it the newest`);
      return null;
    }
  }

  async #believed(
    facility: FacilityId,
    { file, jws }: NonNullable<Issuers['lists']>[number],
    trusted: Issuers['trusted'],
    authority: Authority,
  ): Promise<readonly Hotline[]> {
    try {
      // The root key needs no set to sign a list.
      const byRoot = 'root' in trusted ? await verifyHotlines(jws, { keys: [trusted.root] }).catch(() => null) : null;
      const list = byRoot?.list ?? (await believeHotlines(jws, authority));
      if (list.facility === facility) return list.hotlines;
      this.#log.error(`${file}: the list of hotlines is for facility ${list.facility}: make it anew for ${facility}`);
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      this.#log.error(`${file}: no list of hotlines to trust in ${facility}: ${error.message}: sign it anew`);
    }
    return [];
  }
}
