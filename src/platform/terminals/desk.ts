import { calculateJwkThumbprint } from 'jose';
import { believeCommand, believeOrder } from '../../protocol/authority.ts';
import { type CommandOrder, LONGEST_COMMAND } from '../../protocol/command.ts';
import type { KeyRequest, KeySet, KeySetEntry } from '../../protocol/key-set.ts';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import type { HotlineList } from '../../protocol/messages.ts';
import {
  greetingTopic,
  hotlinesTopic,
  keySetTopic,
  lockdownTopic,
  revocationsTopic,
  settingsTopic,
  terminalTopic,
} from '../../protocol/topics.ts';
import type { FacilityId, Instant, Language } from '../../protocol/units.ts';
import type { Control } from '../context.ts';
import type { Keeper } from './keeper.ts';
import { forgetAsked, readAsked, writeAsked } from './key-rows.ts';
import type { KeySets } from './key-sets.ts';
import { orRefused, Refused } from './refused.ts';
import { Units } from './units.ts';

/** Keys that are asked for and not answered: beyond it somebody must look at them first. */
const ASKED_AT_MOST = 200;

/** A key of the newest set, and whether it counts. */
interface KnownKey extends KeySetEntry {
  readonly thumbprint: string;
  /** Since when it counts no more; null where it does. */
  readonly revoked: Instant | null;
}

/** What is known of a facility's keys. */
interface KnownSet {
  /** Thumbprint of the root key that signs its sets. */
  readonly root: string;
  /** 0 before there is a set. */
  readonly sequence: number;
  readonly since: Instant | null;
  /** The set as it was signed, to sign the next from; null before there is one. */
  readonly jws: string | null;
  readonly keys: readonly KnownKey[];
  /** Every key that was ever revoked, those that are in no set any more too. */
  readonly revoked: readonly { readonly thumbprint: string; readonly at: Instant }[];
}

/** An order that stands, and the name of him whose key gave it; null where no set names him. */
interface StandsBy {
  readonly order: LockdownOrder;
  readonly by: string | null;
}

type Given = Pick<Control, 'db' | 'now'>;

/**
 * What staff do with keys and with orders that they have signed: all of it is verified here as a phone would, and none of it can be made here.
 * Whoever calls has made sure that they may in that facility, and leaves the line in the trail.
 */
export class Desk {
  readonly #given: Given;
  readonly #keys: KeySets;
  readonly #keeper: Keeper;
  readonly #units: Units;
  readonly #send: (topic: string, payload: string) => boolean;

  /** `send` publishes what does not stay, and says whether there is a link. */
  constructor(given: Given, keys: KeySets, keeper: Keeper, send: (topic: string, payload: string) => boolean) {
    this.#given = given;
    this.#keys = keys;
    this.#keeper = keeper;
    this.#units = new Units(given.db);
    this.#send = send;
  }

  /**
   * Takes a set of keys that the site's root key signed: kept, published, and by it everything is judged from now on. One that `waits` for a
   * second person was not taken: it is when it comes again as `approved`.
   * @throws Refused where it is by another key, for another facility or not newer than what is known, or the keys there are fixed
   */
  async takeKeySet(
    facility: FacilityId,
    jws: string,
    approved = false,
  ): Promise<{ readonly set: KeySet; readonly waits: boolean }> {
    if (!approved && this.#keys.wantsSecond(facility))
      return { set: await this.#keys.newer(facility, jws.trim()), waits: true };
    const set = await this.#keys.take(facility, jws.trim());
    this.#keeper.stand(keySetTopic(facility));
    await this.#keeper.keysChanged(facility);
    return { set, waits: false };
  }

  /**
   * Has a key count no more, for good, at every phone that hears: kept and published at once. Nothing by it is believed that comes after;
   * what stands by it is told of as an alarm, since it must be ordered anew.
   * @param thumbprint RFC 7638, SHA-256
   * @throws Refused where the keys are fixed, or more are revoked than phones read
   */
  async revoke(facility: FacilityId, thumbprint: string): Promise<void> {
    await this.#keys.revoke(facility, [{ thumbprint, at: this.#given.now() }]);
    this.#keeper.stand(revocationsTopic(facility));
    await this.#keeper.keysChanged(facility);
  }

  /** Has the settings that are kept stand for the phones of a facility. */
  giveSettings(facility: FacilityId): void {
    this.#keeper.stand(settingsTopic(facility));
  }

  /** Has what is kept of how a facility says its name in a language stand for its phones. */
  giveGreeting(facility: FacilityId, language: Language): void {
    this.#keeper.stand(greetingTopic(facility, language));
  }

  /**
   * Takes a list of hotlines that a key signed which may: kept, published, and calls are held against it from now on.
   * @throws Refused where it is by another key, for another facility, or not newer than what is known
   */
  async takeHotlines(facility: FacilityId, jws: string): Promise<Omit<HotlineList, 'facility'>> {
    await this.#keys.takeList(facility, jws.trim());
    this.#keeper.stand(hotlinesTopic(facility));
    return this.hotlinesOf(facility);
  }

  /** The list that was last given here. */
  hotlinesOf(facility: FacilityId): Omit<HotlineList, 'facility'> {
    const { sequence, hotlines } = this.#keys.listOf(facility) ?? { sequence: 0, hotlines: [] };
    return { sequence, hotlines };
  }

  /** The newest set, with what was revoked. @throws Refused where the keys are fixed */
  keySetOf(facility: FacilityId): KnownSet {
    const { root, set, jws, revoked, authority } = this.#keys.contentOf(facility);
    const since = new Map(revoked.map(({ thumbprint, at }) => [thumbprint, at]));
    const keys = [...(authority.entries?.values() ?? [])].map((entry) => ({
      ...entry,
      revoked: since.get(entry.thumbprint) ?? null,
    }));
    return { root: root.kid, sequence: set?.sequence ?? 0, since: set?.since ?? null, jws, keys, revoked };
  }

  /**
   * Hands on a lockdown order, or one that lifts it: kept as what stands, and published. Where the broker is away it stands as soon as it is back.
   * One that `waits` for a second person was not handed on: it is when it comes again as `approved`.
   * @throws Refused where a phone would not obey it, or the time of its key is up
   */
  async relayOrder(
    facility: FacilityId,
    jws: string,
    approved = false,
  ): Promise<{ readonly topic: string; readonly order: LockdownOrder; readonly waits: boolean }> {
    const authority = this.#keys.authority(facility);
    const believed = await orRefused(believeOrder(jws, authority, this.#units.in(facility)));
    const { order, keyUntil } = believed;
    if (order.scope.facility !== facility) throw new Refused(`the order is for facility ${order.scope.facility}`);
    // Phones cannot tell what was ordered in time and came late from what is dated back; here it is given now.
    if (keyUntil !== null && this.#given.now() > keyUntil)
      throw new Refused(`the time of the key of ${order.issuer} is up: have it put into a new set of keys`);
    const topic = lockdownTopic(order.scope);
    const waits = !approved && this.#keeper.wantsSecond(topic, order);
    if (waits) this.#keeper.weigh(topic, jws, believed);
    else this.#keeper.give(topic, jws, believed);
    return { topic, order, waits };
  }

  /** What stands in a facility and whose key ordered it, as the set names him; what closes and has ended is left out. */
  ordersIn(facility: FacilityId): readonly StandsBy[] {
    const now = this.#given.now();
    const names = this.#keys.authority(facility).entries;
    return this.#keeper
      .ordersIn(facility)
      .filter(({ until }) => until === null || until > now)
      .map((order) => ({ order, by: names?.get(order.issuer)?.name ?? null }));
  }

  /**
   * Hands on a command to one phone; `mayGive` throws where whoever hands it in may not.
   * @throws Refused where the phone would not obey it, or the broker is away: a command does not wait
   */
  async relayCommand(
    facility: FacilityId,
    jws: string,
    mayGive: (order: CommandOrder) => void = () => undefined,
  ): Promise<{ readonly topic: string; readonly order: CommandOrder }> {
    const order = await orRefused(believeCommand(jws, this.#keys.authority(facility), this.#units.in(facility)));
    if (order.facility !== facility) throw new Refused(`the command is for facility ${order.facility}`);
    const now = this.#given.now();
    if (now > order.exp) throw new Refused(`the command expired ${now - order.exp} ms ago: are the clocks right?`);
    if (order.at - now > LONGEST_COMMAND)
      throw new Refused('the command was given in the future: are the clocks right?');
    mayGive(order);
    const topic = terminalTopic(facility, order.terminal, 'commands');
    if (!this.#send(topic, jws)) throw new Refused('there is no link to the broker: nothing was commanded');
    return { topic, order };
  }

  /**
   * Notes that somebody asks to have his key added to the set; another wish for the same key takes its place. Gives the key's thumbprint.
   * @throws Refused where the key is revoked, the keys are fixed, or too many wait
   */
  async askForKey(request: KeyRequest): Promise<string> {
    const { facility, key } = request;
    const { revoked } = this.#keys.contentOf(facility);
    const thumbprint = await calculateJwkThumbprint(key);
    if (revoked.some((one) => one.thumbprint === thumbprint))
      throw new Refused(`the key of ${key.kid} is revoked, for good: make a new one`);
    const waiting = await readAsked(this.#given.db, facility);
    if (waiting.length >= ASKED_AT_MOST && !waiting.some((one) => one.thumbprint === thumbprint))
      throw new Refused(`${ASKED_AT_MOST} keys wait to be signed or refused already`);
    await writeAsked(this.#given.db, request, thumbprint, this.#given.now());
    return thumbprint;
  }

  /** Keys that are asked for and in no set yet, the oldest first: their requests are what `tierphone keyset sign --add` reads. */
  asked(facility: FacilityId): Promise<readonly { request: KeyRequest; at: Instant; thumbprint: string }[]> {
    return readAsked(this.#given.db, facility);
  }

  /** Forgets that a key was asked for. */
  refuseKey(facility: FacilityId, thumbprint: string): Promise<void> {
    return forgetAsked(this.#given.db, facility, [thumbprint]);
  }
}
