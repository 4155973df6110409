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
import type { Hotline, HotlineList } from '../../protocol/messages.ts';
import { SignatureError, verifyHotlines } from '../../protocol/signing.ts';
import { hotlinesTopic, keySetTopic, revocationsTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Control } from '../context.ts';
import { isApproved } from '../people/approvals.ts';
import type { Issuers } from './issuers.ts';
import { forgetAsked, readLists, readRevoked, readSet, writeList, writeRevoked, writeSet } from './key-rows.ts';
import { orRefused, Refused } from './refused.ts';
import type { Standing, Weighed } from './standing.ts';

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
  /** Lists of hotlines that were given here, as they were signed, the newest first. */
  readonly lists: readonly string[];
  /** The newest of them, where it is believed. */
  readonly newest: HotlineList | null;
  readonly hotlines: readonly Hotline[] | null;
}

type Given = Pick<Control, 'db' | 'replies'>;

/**
 * Whose signatures count in each facility: fixed keys, or the newest set that the site's root key signed, less what was revoked here; and
 * the hotlines that they signed.
 */
export class KeySets implements Standing {
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
      const revoked = isFixed ? [] : await readRevoked(db, facility);
      await this.#learn(facility, { jws, revoked, lists: await readLists(db, facility) });
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

  get standing(): ReadonlyMap<string, string | null> {
    return new Map(
      [...this.#issuers].flatMap(([facility, { trusted }]) => {
        const known = this.#known.get(facility);
        const hotlines = [hotlinesTopic(facility), known?.lists[0] ?? null] as const;
        if (!('root' in trusted)) return [hotlines];
        return [
          hotlines,
          [keySetTopic(facility), known?.jws ?? null] as const,
          [revocationsTopic(facility), known?.list ?? null] as const,
        ];
      }),
    );
  }

  /** The newest list of hotlines that was given here; null before there is one, or where no key that counts signed it. */
  listOf(facility: FacilityId): HotlineList | null {
    return this.#known.get(facility)?.newest ?? null;
  }

  /**
   * Takes a list of hotlines that is newer than what is known.
   * @throws Refused where it is by a key that may not, for another facility, or old
   */
  async takeList(facility: FacilityId, jws: string): Promise<HotlineList> {
    const issuers = this.#issuers.get(facility);
    if (!issuers) throw new Refused(`nothing is known of the keys of ${facility}: name them in orders.${facility}`);
    const list = await orRefused(listIn(jws, issuers.trusted, this.authority(facility)));
    if (list.facility !== facility) throw new Refused(`the list is for facility ${list.facility}`);
    const lists = await writeList(this.#given.db, facility, list.sequence, jws);
    await this.#learn(facility, { lists });
    if (lists[0] !== jws) {
      const is = this.listOf(facility)?.sequence ?? 'a newer one';
      throw new Refused(`an old list: its sequence is ${list.sequence}, ${is} is known: sign it anew`);
    }
    return list;
  }

  /**
   * Takes a set that is newer than what is known.
   * @throws Refused where it is by another key, for another facility, or old
   */
  async take(facility: FacilityId, jws: string): Promise<KeySet> {
    const set = await this.#signed(facility, jws);
    const last = this.#known.get(facility);
    const kept = await writeSet(this.#given.db, facility, set.sequence, jws);
    if (kept !== last?.jws) await this.#learn(facility, { jws: kept });
    if (kept !== jws) throw this.#old(facility, set);
    const thumbprints = [...(this.authority(facility).entries?.values() ?? [])].map(({ thumbprint }) => thumbprint);
    await forgetAsked(this.#given.db, facility, thumbprints);
    return set;
  }

  /** The set that `jws` carries, where it would be taken. @throws Refused as `take` */
  async newer(facility: FacilityId, jws: string): Promise<KeySet> {
    const set = await this.#signed(facility, jws);
    const known = this.#known.get(facility)?.set?.sequence ?? 0;
    if (set.sequence > known) return set;
    throw this.#old(facility, set);
  }

  /** Whether a second person has to approve a new set. */
  wantsSecond(facility: FacilityId): boolean {
    return this.#issuers.get(facility)?.twoPeople.includes('keys') ?? false;
  }

  async #signed(facility: FacilityId, jws: string): Promise<KeySet> {
    const set = await orRefused(verifyKeySet(jws, this.#rootOf(facility)));
    if (set.facility !== facility) throw new Refused(`the set is for facility ${set.facility}`);
    return set;
  }

  #old(facility: FacilityId, { sequence }: KeySet): Refused {
    const is = this.#known.get(facility)?.set?.sequence ?? 0;
    return new Refused(`an old set: its sequence is ${sequence}, ${is} is known: sign it anew from the newest`);
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

  async weigh(facility: FacilityId, topic: string, jws: string): Promise<Weighed> {
    if (jws === (this.standing.get(topic) ?? '')) return { result: 'right' };
    if (jws === '') return { result: 'wrong', reason: 'cleared' };
    const before = this.standing.get(topic);
    try {
      if (topic === keySetTopic(facility)) await this.#takeHeard(facility, jws);
      else if (topic === hotlinesTopic(facility)) await this.takeList(facility, jws);
      else await this.#takeRevoked(facility, jws);
    } catch (error) {
      if (error instanceof Refused) return { result: 'wrong', reason: error.message };
      throw error;
    }
    return this.standing.get(topic) === before
      ? { result: 'wrong', reason: 'an earlier list of revoked keys' }
      : { result: 'newer' };
  }

  /** A set that comes by the broker was given to another platform, and approved there where a second person is wanted. */
  async #takeHeard(facility: FacilityId, jws: string): Promise<void> {
    if (this.wantsSecond(facility) && !(await isApproved(this.#given.db, { facility, kind: 'keys' }, jws)))
      throw new Refused('no second person has approved this set');
    await this.take(facility, jws);
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

  async #learn(facility: FacilityId, news: Partial<Pick<Known, 'jws' | 'revoked' | 'lists'>>): Promise<void> {
    const issuers = this.#issuers.get(facility);
    if (!issuers) return;
    const { trusted, lists: files } = issuers;
    const { jws, revoked, lists } = { jws: null, revoked: [], lists: [], ...this.#known.get(facility), ...news };
    const set = jws !== null && 'root' in trusted ? await this.#setIn(jws, trusted.root, facility) : null;
    const gone = new Set(revoked.map(({ thumbprint }) => thumbprint));
    const authority = 'keys' in trusted ? fixedAuthority(trusted.keys) : set ? await authorityOf(set, gone) : NOBODY;
    const sequence = revoked.length;
    const list = sequence === 0 ? null : await signRevocations({ facility, sequence, revoked }, this.#given.replies);
    const given = lists.map((one) => ({ file: 'the list of hotlines that is kept', jws: one }));
    const all = [...given, ...(files ?? [])];
    const believed = await Promise.all(all.map((one) => this.#believed(facility, one, trusted, authority)));
    const hotlines = all.length === 0 ? null : believed.flatMap((one) => one?.hotlines ?? []);
    const newest = lists.length === 0 ? null : (believed[0] ?? null);
    this.#known.set(facility, { set, jws: set && jws, revoked, list, authority, lists, newest, hotlines });
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
  ): Promise<HotlineList | null> {
    try {
      const list = await listIn(jws, trusted, authority);
      if (list.facility === facility) return list;
      this.#log.error(`${file}: the list of hotlines is for facility ${list.facility}: make it anew for ${facility}`);
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      this.#log.error(`${file}: no list of hotlines to trust in ${facility}: ${error.message}: sign it anew`);
    }
    return null;
  }
}

/** @throws SignatureError */
async function listIn(jws: string, trusted: Issuers['trusted'], authority: Authority): Promise<HotlineList> {
  // The root key needs no set to sign a list.
  const byRoot = 'root' in trusted ? await verifyHotlines(jws, { keys: [trusted.root] }).catch(() => null) : null;
  return byRoot?.list ?? believeHotlines(jws, authority);
}
