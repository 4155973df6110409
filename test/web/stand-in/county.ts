import type { Alert } from '../../../src/protocol/api/alerts.ts';
import { LiveEvent, type LivePhone } from '../../../src/protocol/api/live.ts';
import type { KeyRequest } from '../../../src/protocol/key-set.ts';
import { type LockdownOrder, lockdownName, OPEN } from '../../../src/protocol/lockdown.ts';
import { FacilityId } from '../../../src/protocol/units.ts';
import { chance, phoneIn, phonesOf } from './phones.ts';

export interface CountyOptions {
  readonly units: number;
  /** Phones of a unit. */
  readonly each: number;
}

/** A facility whose phones are as it is told, and whose stream any number of pages may follow. */
export class County {
  readonly facility = FacilityId.parse('county');
  /** Keys whose orders are obeyed. */
  readonly keys: KeyRequest[] = [];
  readonly phones: Map<string, LivePhone>;
  /** Whether an order that opens the whole facility waits for a second person, and those that do. */
  twoPeople = false;
  readonly waiting = new Map<string, { own: boolean; readonly order: LockdownOrder }>();
  /** What stands, by scope. */
  readonly orders = new Map<string, LockdownOrder>();
  alerts: readonly Alert[] = [];
  readonly #random = chance(7);
  /** Each with how it is let go. */
  readonly #followers = new Map<(event: LiveEvent) => void, () => void>();

  constructor({ units, each }: CountyOptions) {
    const phones = phonesOf(units, each, Date.now(), this.#random);
    this.phones = new Map(phones.map((phone) => [phone.terminal, phone]));
  }

  /** Calls `then` with all phones, and with each change after. Returns how to stop that. */
  follow(then: (event: LiveEvent) => void, end: () => void): () => void {
    then(LiveEvent.parse({ type: 'all', at: new Date().toISOString(), phones: [...this.phones.values()] }));
    then(this.#alertsNow());
    this.#followers.set(then, end);
    return () => this.#followers.delete(then);
  }

  get followers(): number {
    return this.#followers.size;
  }

  /** Lets go of all that follow. */
  drop(): void {
    for (const end of this.#followers.values()) end();
  }

  tell(event: LiveEvent): void {
    for (const then of this.#followers.keys()) then(LiveEvent.parse(event));
  }

  /** Alerts are these from now on. */
  alert(alerts: readonly Alert[]): void {
    this.alerts = alerts;
    this.tell(this.#alertsNow());
  }

  #alertsNow(): LiveEvent {
    const open = this.alerts.filter(({ acknowledged }) => acknowledged === null);
    const latest = open.toSorted((a, b) => (a.last < b.last ? 1 : -1))[0] ?? null;
    return { type: 'alerts', at: new Date().toISOString(), open: open.length, latest };
  }

  /** Phones that are otherwise now. */
  change(phones: readonly LivePhone[]): void {
    for (const phone of phones) this.phones.set(phone.terminal, phone);
    this.tell({ type: 'changed', at: new Date().toISOString(), phones: [...phones] });
  }

  /** So many phones, which chance picks, are in another state. */
  stir(count: number): void {
    const all = [...this.phones.values()];
    const picked = Array.from({ length: count }, () => all[Math.floor(this.#random() * all.length)]);
    const at = Date.now();
    this.change(
      picked
        .filter((phone) => phone !== undefined)
        .map(({ terminal, unit }) => phoneIn(terminal, unit, at, this.#random)),
    );
  }

  /** All phones that `order` is for take it, one after another; the third of them refuses it. */
  order(order: LockdownOrder): void {
    const { scope } = order;
    this.orders.set(lockdownName(scope), order);
    const meant = [...this.phones.values()].filter(
      ({ unit, terminal }) =>
        scope.kind === 'facility' || (scope.kind === 'unit' ? scope.unit === unit : scope.terminal === terminal),
    );
    const name = `${order.issuer} ${lockdownName(scope)}`;
    for (const [i, { terminal }] of meant.entries())
      setTimeout(() => this.#obey(terminal, order, name, i === 2), 40 * i);
  }

  #obey(terminal: string, order: LockdownOrder, name: string, refuses: boolean): void {
    const phone = this.phones.get(terminal);
    if (phone?.online !== true) return;
    const at = new Date().toISOString();
    if (refuses) {
      this.tell({
        type: 'order-refused',
        at,
        terminal: phone.terminal,
        reason: 'given 11 minutes from now: are the clocks right?',
      });
      return;
    }
    const ends = order.state !== 'open' && order.mode === 'drop';
    const over = ends ? { phase: 'idle' as const, hook: 'on' as const, call: null, mos: null, otherVoice: false } : {};
    const orders = { ...phone.orders, [name]: order.sequence };
    this.change([{ ...phone, ...over, orders, lockdown: obeying(order), since: at }]);
  }

  /** The call of a phone is over. */
  hangUp(terminal: string): void {
    const phone = this.phones.get(terminal);
    if (phone) this.change([{ ...phone, phase: 'ended', ending: 'cut-off', call: null, mos: null }]);
  }
}

/** What a phone obeys that takes `order` alone. */
const obeying = ({ state, mode, reason, scope }: LockdownOrder) =>
  state === 'open' ? OPEN : { state, mode, reason, source: scope.kind };
