import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { brokerFault, loginOf } from '../../protocol/broker.ts';
import { everyTerminal, facilityOf, terminalsOf } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import { Pauses } from '../../retry/pauses.ts';
import type { MqttConfig } from '../config.ts';
import type { Counters } from '../counters.ts';
import type { Leases } from '../leases/leases.ts';
import type { Keeper } from '../terminals/keeper.ts';
import { gather } from './gather.ts';
import type { Inbox, Outgoing } from './inbox.ts';
import { Lanes } from './lanes.ts';
import { Quota } from './quota.ts';
import { Subscriptions } from './subscriptions.ts';
import type { Watching } from './watching.ts';

/** What is heard of a facility that is served. */
const filtersOf = (facility: FacilityId): string[] => [
  terminalsOf(facility, 'requests'),
  terminalsOf(facility, 'records'),
];
/** What versions before heard: a session that the broker kept has it still. */
const OF_ALL = [everyTerminal('requests'), everyTerminal('records')];
/** Answers on their way to the broker, 20 MB of them: thousands of calls may end at once. Beyond that they are dropped: whoever asked asks again. */
const UNACKNOWLEDGED = 20_000;
/** Filters that a line names at most. */
const NAMED = 4;

/** Who a platform is at the broker: the name of its account, to which its client id is bound. */
export const placeOf = ({ username }: MqttConfig): string => username ?? 'tierphone-platform';

/** Between whom and the broker the connection stands. */
interface Ends {
  readonly inbox: Pick<Inbox, 'receive'>;
  readonly keeper: Keeper;
  readonly leases: Pick<Leases, 'facilities' | 'holds'>;
  readonly watching: Watching;
}

/**
 * The platform's connection to the broker, MQTT 3.1.1 with a session the broker keeps: requests and records of the facilities that are
 * served in, answers out. Comes back by itself, after waits that grow. Each try is a client of its own, so that nothing old goes out late.
 * Where the broker denies a topic it stays for the others, and asks for that one again.
 */
export class Connection {
  readonly #config: MqttConfig;
  readonly #login: ReturnType<typeof loginOf>;
  readonly #inbox: Ends['inbox'];
  readonly #keeper: Keeper;
  readonly #leases: Ends['leases'];
  readonly #watching: Watching;
  readonly #counters: Counters;
  readonly #log: Logger;
  readonly #lanes: Lanes;
  /** What a phone may ask: beyond it what it asks is its own loss. */
  readonly #requests: Quota;
  readonly #lines = new Quota(1, 1);
  readonly #first: Promise<void>;
  #told: () => void = () => undefined;
  #facilities: ReadonlySet<FacilityId>;
  #client: MqttClient | null = null;
  #subscriptions: Subscriptions | null = null;
  #up = false;
  #retry: NodeJS.Timeout | null = null;
  /** Short, for it is one of few, and thousands wait for it. */
  readonly #pauses = new Pauses({ first: 250, longest: 2_000 });
  #lastTrouble = '';
  #unacknowledged = 0;
  #closed = false;

  constructor(config: MqttConfig, { inbox, keeper, leases, watching }: Ends, counters: Counters, log: Logger) {
    this.#config = config;
    this.#login = loginOf(config);
    this.#inbox = inbox;
    this.#keeper = keeper;
    this.#leases = leases;
    this.#watching = watching;
    watching.onChange(() => void this.#hear());
    this.#facilities = leases.facilities;
    this.#counters = counters;
    this.#log = log;
    this.#lanes = new Lanes({ atOnce: config.concurrency, perLane: 200, inAll: 2_000 });
    this.#requests = new Quota(config.requests.burst, config.requests.perSecond);
    this.#first = new Promise((resolve) => {
      this.#told = resolve;
    });
    this.#open();
  }

  /** Whether everything that the terminals of these facilities send is heard. */
  get isUp(): boolean {
    return this.#up;
  }

  /** Resolves when it is known for the first time whether the broker can be reached. */
  settled(): Promise<void> {
    return this.#first;
  }

  /** Hears the terminals of these facilities and of no others. Resolves when it is so, or the broker is away, and what was heard of others is done. */
  async serve(facilities: ReadonlySet<FacilityId>): Promise<void> {
    const left = new Set([...this.#facilities].filter((id) => !facilities.has(id)));
    this.#facilities = facilities;
    await this.#hear();
    await this.#lanes.idle((lane) => {
      const facility = facilityOf(lane);
      return facility !== null && left.has(facility);
    });
  }

  /** Publishes what somebody gave to be handed on and does not stay; says whether there is a link. */
  handOn(topic: string, payload: string): boolean {
    return this.#publish(topic, payload, 'what was handed on did not reach the broker');
  }

  /** Finishes what is being worked on, answers it, and leaves. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    const client = this.#client;
    if (client) client.handleMessage = () => undefined;
    await this.#lanes.idle();
    this.#client = null;
    this.#up = false;
    this.#told();
    if (!client) return;
    // Nothing is read any more, so what was sent last may never be seen acknowledged: that must not hold up the stop.
    await Promise.race([client.endAsync(!client.connected), pause(1_000, undefined, { ref: false })]);
    client.stream.destroy();
  }

  #open(): void {
    const { url } = this.#config;
    // The broker keeps for this name what comes while we are away.
    const clientId = placeOf(this.#config);
    const client = connect(url, {
      ...{ protocolVersion: 4, clientId, clean: false, reconnectPeriod: 0, connectTimeout: 10_000, keepalive: 15 },
      ...{ resubscribe: false, queueQoSZero: false },
      ...this.#login,
    });
    this.#client = client;
    // Without it the kernel holds small messages back: 45 ms a round trip, not 0.3.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.handleMessage = (packet, done) => {
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      // Not acknowledged, and nothing more read, before there is room for it.
      this.#take(packet.topic, payload).then(() => {
        gather(client.stream);
        done();
      }, done);
    };
    client.on('connect', () => {
      this.#subscriptions = new Subscriptions(client);
      void this.#hear();
    });
    client.on('error', (error) => this.#lose(client, this.#why(error)));
    client.on('close', () => this.#lose(client, 'the broker closed the connection or cannot be reached'));
  }

  /** Brings what is heard to what is served, if there is a link. */
  async #hear(): Promise<void> {
    const client = this.#client;
    const subscriptions = this.#subscriptions;
    if (!client || !subscriptions || this.#closed) return;
    if (this.#retry) clearTimeout(this.#retry);
    const wanted = new Set([
      ...[...this.#facilities].flatMap(filtersOf),
      ...this.#keeper.topics,
      ...this.#watching.topics,
    ]);
    // Where the link is lost on the way, what follows says so.
    if (!this.#up) subscriptions.leave(OF_ALL).catch(() => undefined);
    const anew = this.#watching.takeAnew();
    try {
      // A link is whole or not: what stands on the topics is handed over when the last of them is granted.
      const denied = await subscriptions.bring(wanted, this.#up ? anew : wanted);
      if (client !== this.#client || this.#closed) return;
      const watched = new Set(this.#watching.topics);
      const served = denied.filter((filter) => !watched.has(filter));
      if (served.length > 0) this.#denied(served);
      else if (!this.#up) this.#linked(client);
      this.#watching.linked(this.#up && denied.length === served.length);
      if (denied.length > served.length) this.#unseen(denied);
    } catch (error) {
      this.#lose(client, error instanceof Error ? this.#why(error) : 'subscribing failed');
    }
    this.#told();
  }

  #linked(client: MqttClient): void {
    this.#up = true;
    this.#pauses.reset();
    this.#lastTrouble = '';
    this.#log.info({ broker: this.#host() }, 'linked to the broker');
    this.#keeper.linked((topic, payload) => this.#stand(client, topic, payload));
  }

  #denied(filters: readonly string[]): void {
    this.#up = false;
    this.#counters.add('denied');
    const more = filters.length > NAMED ? ` and ${filters.length - NAMED} more` : '';
    const what = `${filters.slice(0, NAMED).join(' and ')}${more}`;
    const trouble = `the broker denies this user ${what}: give it the rights (tierphone account platform NAME)`;
    if (trouble !== this.#lastTrouble) this.#log.error({ broker: this.#host() }, trouble);
    this.#lastTrouble = trouble;
    this.#retry = setTimeout(() => void this.#hear(), this.#pauses.next());
  }

  /** Calls go on without it. */
  #unseen(filters: readonly string[]): void {
    this.#counters.add('denied');
    if (this.#lines.take('unseen') !== null)
      this.#log.error(
        { filters },
        'the broker does not let this user see phones: renew its rights (tierphone account platform NAME)',
      );
  }

  async #take(topic: string, payload: Buffer): Promise<void> {
    if (this.#keeper.takes(topic)) return this.#keeper.receive(topic, payload);
    if (topic.endsWith('/status') || topic.endsWith('/events')) return this.#watched(topic, payload);
    const facility = facilityOf(topic);
    if (facility === null || !this.#facilities.has(facility)) return this.#notOurs(topic, facility);
    const lane = topic.slice(0, topic.lastIndexOf('/'));
    if (topic.endsWith('/requests') && this.#requests.take(lane) === null)
      return this.#flood(lane, 'more requests than a phone may make: dropped');
    const taken = await this.#lanes.put(lane, async () => {
      if (!(await this.#leases.holds(facility))) return this.#drop(topic);
      const reply = await this.#inbox.receive(topic, payload);
      if (reply) this.#send(reply);
    });
    if (!taken) this.#flood(lane, 'more messages than can wait: dropped');
  }

  /** What nobody looks at any more was left by an earlier life of this session. */
  #watched(topic: string, payload: Buffer): void {
    const unwatched = this.#watching.receive(topic, payload);
    // Where the link is lost on the way the next message brings us here again.
    this.#subscriptions?.leave(unwatched).catch(() => undefined);
  }

  /** Left by an earlier life of this session: another platform serves it, and is asked again. */
  #notOurs(topic: string, facility: FacilityId | null): void {
    this.#drop(topic);
    if (facility === null) return;
    // Where the link is lost on the way the next message brings us here again.
    this.#subscriptions?.leave(filtersOf(facility)).catch(() => undefined);
  }

  #drop(topic: string): void {
    this.#counters.add('not-served');
    const untold = this.#lines.take('not served');
    if (untold !== null)
      this.#log.warn(
        { topic: topic.slice(0, 200), ...(untold > 0 && { untold }) },
        'another platform serves this facility: dropped',
      );
  }

  #flood(lane: string, what: string): void {
    this.#counters.add('flood');
    const untold = this.#lines.take(lane);
    if (untold !== null) this.#log.warn({ topic: lane.slice(0, 200), ...(untold > 0 && { untold }) }, what);
  }

  #send({ topic, payload }: Outgoing): void {
    const lost = 'an answer did not reach the broker: the terminal will ask again';
    if (this.#publish(topic, payload, lost)) return;
    this.#counters.add('unanswered');
    this.#log.warn({ topic }, 'an answer could not be sent: the terminal will ask again');
  }

  #publish(topic: string, payload: string, lost: string): boolean {
    if (!this.#client?.connected || this.#unacknowledged >= UNACKNOWLEDGED) return false;
    const client = this.#client;
    this.#unacknowledged++;
    gather(client.stream);
    client.publish(topic, payload, { qos: 1 }, (error) => {
      if (client !== this.#client) return;
      this.#unacknowledged--;
      if (error) this.#log.warn({ topic, err: error }, lost);
    });
    return true;
  }

  /** What does not reach the broker is put back after the next link, as missing. */
  #stand(client: MqttClient, topic: string, payload: string): void {
    client.publish(topic, payload, { qos: 1, retain: true }, (error) => {
      if (error) this.#log.warn({ topic, err: error }, 'an order could not be put back');
    });
  }

  #lose(client: MqttClient, why: string): void {
    if (client !== this.#client || this.#closed) return;
    this.#client = null;
    this.#subscriptions = null;
    this.#up = false;
    this.#watching.linked(false);
    this.#unacknowledged = 0;
    this.#keeper.unlinked();
    client.end(true);
    client.on('error', () => undefined);
    if (this.#retry) clearTimeout(this.#retry);
    if (why !== this.#lastTrouble) this.#log.warn({ broker: this.#host() }, `no link to the broker: ${why}`);
    this.#lastTrouble = why;
    this.#retry = setTimeout(() => this.#open(), this.#pauses.next());
    this.#told();
  }

  #why(error: Error & { code?: string | number }): string {
    return brokerFault(error, this.#config.url) ?? (error.message || String(error.code ?? error.name));
  }

  #host(): string {
    return new URL(this.#config.url).host;
  }
}
