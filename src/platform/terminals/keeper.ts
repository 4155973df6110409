import type { Logger } from 'pino';
import { believeOrder } from '../../protocol/authority.ts';
import { SIGNED_AT_MOST } from '../../protocol/key-set.ts';
import { type LockdownOrder, lockdownName } from '../../protocol/lockdown.ts';
import { SignatureError } from '../../protocol/signing.ts';
import { lockdownsOf, lockdownTopic, parseLockdownTopic, parseStandingTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Control } from '../context.ts';
import { whenThere } from '../database/gone.ts';
import { Quota } from '../link/quota.ts';
import type { Issuers } from './issuers.ts';
import { type Believed, type Finding, type Kept, weigh } from './kept.ts';
import type { KeySets } from './key-sets.ts';
import { KeptOrders, readKept } from './orders.ts';
import { type Put, PutBack } from './put-back.ts';
import { Refused } from './refused.ts';
import { Releases } from './release.ts';
import type { Standing } from './standing.ts';
import { Units } from './units.ts';

/** The broker hands over what stands at once; after so long without any, what has not come does not stand there, ms. */
const HANDED_OVER = 500;
/** An order is under 2,000 characters; a message that is longer is none. */
const LONGEST = 8_192;
/** Topics on which something stands that cannot be judged before a set of keys has come: so many are looked at again then. */
const UNJUDGED_AT_MOST = 5_000;

type Given = Pick<Control, 'db' | 'now' | 'alarm' | 'counters'>;

/**
 * Keeps the last valid order of each scope and the keys by which they are judged, and puts them back where something else stands at the broker: whoever writes there
 * without an issuer's key changes nothing, for phones that come new either. It cannot order anything itself: all it has is signed by others.
 */
export class Keeper {
  readonly #given: Given;
  readonly #issuers: ReadonlyMap<FacilityId, Issuers>;
  readonly #keys: KeySets;
  readonly #settings: Standing;
  readonly #units: Units;
  readonly #log: Logger;
  readonly #kept: Map<string, Kept>;
  /** What came before it was known whose orders count, by topic. */
  readonly #unjudged = new Map<string, Buffer>();
  readonly #written: KeptOrders;
  readonly #releases: Releases;
  #closed = false;
  readonly #putBack: PutBack;
  readonly #seen = new Set<string>();
  #handedOver: NodeJS.Timeout | null = null;
  readonly #lines = new Quota(1, 1);

  private constructor(
    given: Given,
    issuers: ReadonlyMap<FacilityId, Issuers>,
    keys: KeySets,
    settings: Standing,
    kept: Map<string, Kept>,
    log: Logger,
  ) {
    this.#given = given;
    this.#issuers = issuers;
    this.#keys = keys;
    this.#settings = settings;
    this.#units = new Units(given.db);
    this.#kept = kept;
    this.#log = log;
    this.#written = new KeptOrders(given.db, log);
    this.#releases = new Releases(given.db, issuers);
    this.#putBack = new PutBack(
      (topic) => this.#wanted(topic),
      (topic) => this.#denied(topic),
    );
  }

  /** Opens it with what was kept before; tells of orders in force that are by no key that counts. */
  static async open(
    given: Given,
    issuers: ReadonlyMap<FacilityId, Issuers>,
    keys: KeySets,
    settings: Standing,
    log: Logger,
  ): Promise<Keeper> {
    const keeper = new Keeper(given, issuers, keys, settings, await readKept(given.db, [...issuers.keys()]), log);
    for (const facility of issuers.keys()) await keeper.#tellOfOrphans(facility);
    return keeper;
  }

  /** The filters of all that is kept. */
  get topics(): string[] {
    return [...[...this.#issuers.keys()].flatMap(lockdownsOf), ...this.#texts.keys()];
  }

  /** Whether a message on `topic` is for `receive`. */
  takes(topic: string): boolean {
    return topic.endsWith('/lockdown') || parseStandingTopic(topic) !== null;
  }

  /** To be told when all of `topics` are heard: the broker hands over what stands there. What is missing then is put back. */
  linked(put: Put): void {
    if (this.#handedOver) clearTimeout(this.#handedOver);
    this.#handedOver = setTimeout(() => this.#putMissing(), HANDED_OVER);
    this.#putBack.linked(put);
  }

  /** To be told when the broker is lost. */
  unlinked(): void {
    this.#seen.clear();
    this.#putBack.unlinked();
    if (this.#handedOver) clearTimeout(this.#handedOver);
  }

  /** Takes what came on a topic of orders, keys, settings or hotlines; what is newer is kept, anything else makes way for what is kept. Never rejects. */
  async receive(topic: string, payload: Buffer): Promise<void> {
    const standing = parseStandingTopic(topic);
    const facility = standing ?? parseLockdownTopic(topic)?.facility;
    if (facility === undefined || !this.#issuers.has(facility)) return;
    this.#seen.add(topic);
    this.#handedOver?.refresh();
    const isOrder = standing === null;
    const received = isOrder
      ? this.#receiveOrder(facility, topic, payload)
      : this.#receiveText(facility, topic, payload);
    await received.catch((err: unknown) => {
      this.#log.error({ topic, err }, 'what came could not be dealt with');
    });
  }

  /** The orders that stand in a facility, by scope: what was ordered, not what phones do. */
  ordersIn(facility: FacilityId): readonly LockdownOrder[] {
    const kept = [...this.#kept].filter(([topic]) => parseLockdownTopic(topic)?.facility === facility);
    return kept.flatMap(([, { standing }]) => standing.orders);
  }

  /** Has what is kept for `topic` stand at the broker: now, or when it is there. */
  stand(topic: string): void {
    this.#seen.add(topic);
    this.#putBack.on(topic);
  }

  /**
   * Keeps an order that somebody gave here, and has it stand.
   * @throws Refused where a phone would not obey it
   */
  give(topic: string, jws: string, believed: Believed): void {
    const finding = this.weigh(topic, jws, believed);
    if (finding.result === 'newer') this.#keep(topic, finding.kept);
    this.stand(topic);
  }

  /** What an order is that somebody gives here. @throws Refused where a phone would not obey it */
  weigh(topic: string, jws: string, believed: Believed): Exclude<Finding, { result: 'wrong' }> {
    const finding = weigh(this.#kept.get(topic) ?? null, jws, believed, topic, this.#given.now());
    if (finding.result === 'wrong') throw new Refused(finding.reason);
    return finding;
  }

  /** Whether a second person has to approve it before it is given. */
  wantsSecond(topic: string, order: LockdownOrder): boolean {
    return this.#releases.wantSecond(order, this.#kept.get(topic));
  }

  /** Other keys count than before: what could not be judged is judged, and orders in force that nobody would obey now are told of. */
  async keysChanged(facility: FacilityId): Promise<void> {
    for (const [topic, payload] of [...this.#unjudged]) {
      if (parseLockdownTopic(topic)?.facility !== facility) continue;
      this.#unjudged.delete(topic);
      await this.#receiveOrder(facility, topic, payload);
    }
    await this.#tellOfOrphans(facility);
  }

  async #receiveText(facility: FacilityId, topic: string, payload: Buffer): Promise<void> {
    const jws = payload.length > SIGNED_AT_MOST ? 'too long' : payload.toString('utf8');
    const own = this.#putBack.returned(topic, jws);
    const finding = await whenThere(
      () => this.#standingOn(topic).weigh(facility, topic, jws),
      () => !this.#closed,
    );
    if (finding.result === 'wrong' && !own && !(jws === '' && this.#texts.get(topic) === null))
      this.#tell(topic, finding.reason);
    if (finding.result === 'newer') {
      this.#log.info({ topic }, 'what is newer is kept');
      await this.keysChanged(facility);
    }
    if ((this.#texts.get(topic) ?? '') !== jws) this.#putBack.on(topic);
  }

  async #receiveOrder(facility: FacilityId, topic: string, payload: Buffer): Promise<void> {
    if (!this.#keys.isKnown(facility)) {
      if (this.#unjudged.has(topic) || this.#unjudged.size < UNJUDGED_AT_MOST) this.#unjudged.set(topic, payload);
      return;
    }
    const jws = payload.length > LONGEST ? null : payload.toString('utf8');
    const own = jws !== null && this.#putBack.returned(topic, jws);
    const heard = await this.#believed(facility, jws);
    const believed = await this.#releases.believed(jws ?? '', heard, this.#kept.get(topic), () => !this.#closed);
    const finding = weigh(this.#kept.get(topic) ?? null, jws ?? '', believed, topic, this.#given.now());
    if (finding.result === 'newer') {
      this.#keep(topic, finding.kept);
      this.#log.info({ topic, ...told(believed) }, 'an order is kept');
    } else if (finding.result === 'wrong' && !(jws === '' && !this.#kept.has(topic))) {
      if (!own) this.#tell(topic, finding.reason);
      this.#putBack.on(topic);
    }
  }

  /** Orders in force that phones which come new do not believe any more: they keep the scope closed. */
  async #tellOfOrphans(facility: FacilityId): Promise<void> {
    if (!this.#keys.isKnown(facility)) return;
    for (const [topic, { jws }] of [...this.#kept]) {
      const scope = parseLockdownTopic(topic);
      if (scope?.facility !== facility) continue;
      const believed = await this.#believed(facility, jws);
      if (!(believed instanceof Error)) continue;
      const what = `the order in force for ${lockdownName(scope)}: ${believed.message}: a phone that comes new stays closed there: order it anew`;
      this.#given.alarm('order-orphaned', { topic, facility }, what);
    }
  }

  /** Waits until what is kept is written, as far as the database is there. */
  async close(): Promise<void> {
    this.unlinked();
    this.#closed = true;
    await this.#written.close();
  }

  #putMissing(): void {
    this.#handedOver = null;
    for (const [facility, { first }] of this.#issuers) {
      const topic = lockdownTopic({ kind: 'facility', facility });
      if (first === null || this.#kept.has(topic)) continue;
      const finding = weigh(null, first.jws, { order: first.order, keyUntil: null }, topic, this.#given.now());
      if (finding.result !== 'newer') continue;
      this.#keep(topic, finding.kept);
      this.#seen.add(topic);
      this.#putBack.on(topic);
      this.#log.info({ topic }, 'the first order of the facility is given');
    }
    const texts = [...this.#texts].flatMap(([topic, text]) => (text === null ? [] : [topic]));
    const missing = [...this.#kept.keys(), ...texts].filter((topic) => !this.#seen.has(topic));
    if (missing.length === 0) return;
    this.#given.counters.add('orders-missing');
    this.#log.warn(
      { topics: missing.slice(0, 5), orders: missing.length },
      'orders in force were not at the broker: put back',
    );
    for (const topic of missing) this.#putBack.on(topic);
  }

  #keep(topic: string, kept: Kept): void {
    this.#kept.set(topic, kept);
    this.#written.add(topic, kept);
    this.#putBack.stands(topic);
  }

  #tell(topic: string, reason: string): void {
    this.#given.counters.add('order-wrong');
    const untold = this.#lines.take(topic);
    if (untold === null) return;
    const what = this.#wanted(topic) === '' ? 'it is taken away, no order was there' : 'the order in force is put back';
    const isOrder = parseLockdownTopic(topic) !== null;
    const isKeys = /\/keys(\/revoked)?$/.test(topic);
    const kind = isOrder ? 'order-replaced' : isKeys ? 'keys-replaced' : 'settings-replaced';
    const done = isOrder ? what : `what is ${isKeys ? 'known of the keys' : 'kept here'} is put back`;
    this.#given.alarm(kind, { topic, ...(untold > 0 && { untold }) }, `at the broker: ${reason}: ${done}`);
  }

  /** What should stand on a topic; empty where nothing should. */
  #wanted(topic: string): string {
    return this.#kept.get(topic)?.jws ?? this.#texts.get(topic) ?? '';
  }

  /** What should stand on the topics that are not of orders. */
  get #texts(): ReadonlyMap<string, string | null> {
    return new Map([...this.#keys.standing, ...this.#settings.standing]);
  }

  #standingOn(topic: string): Standing {
    return this.#settings.standing.has(topic) ? this.#settings : this.#keys;
  }

  /** MQTT 3.1.1 acknowledges what it denies: only what comes back was taken. */
  #denied(topic: string): void {
    this.#given.counters.add('denied');
    if (this.#lines.take('denied') === null) return;
    this.#log.error(
      { topic },
      'the broker does not let this user write there: give it the rights (tierphone account platform NAME)',
    );
  }

  async #believed(facility: FacilityId, jws: string | null): Promise<Believed | Error> {
    if (jws === null) return new SignatureError('too long for an order');
    if (jws === '') return new SignatureError('cleared');
    try {
      return await believeOrder(jws, this.#keys.authority(facility), this.#units.in(facility));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

const told = (believed: Believed | Error): object =>
  believed instanceof Error ? {} : { state: believed.order.state, issuer: believed.order.issuer };
