import { Observable, Subject } from 'rxjs';
import type { Ask } from '../../protocol/ask.ts';
import { StatusMessage, type TerminalEvent } from '../../protocol/messages.ts';
import type { TestSummary } from '../../protocol/self-test.ts';
import { verifyReply } from '../../protocol/signing.ts';
import { type TerminalChannel, terminalTopic } from '../../protocol/topics.ts';
import type { CallId, Millis } from '../../protocol/units.ts';
import { Asks } from './asks.ts';
import { nextBirth } from './birth.ts';
import { Central } from './central.ts';
import { type Commands, openCommands } from './commands.ts';
import { Connection, LinkError } from './connection.ts';
import { Deliveries } from './deliveries.ts';
import { Ends } from './ends.ts';
import { Greetings } from './greetings.ts';
import { type Keys, openKeys } from './keys.ts';
import { envelop, Malformed, parseMessage, textOf } from './message.ts';
import type { FleetOptions } from './options.ts';
import { type Orders, openOrders } from './orders.ts';
import type { Fleet, FleetEvent, Report } from './port.ts';
import { OrderRefused } from './refused.ts';
import { Status } from './status.ts';

/** Things that happened while there was no link; the oldest make room. */
const UNTOLD_AT_MOST = 100;

const SECOND =
  'another client speaks as this phone at the broker and throws it off: two phones have one name, or somebody has its password; give each its own, or renew its account';

/**
 * Opens the MQTT link of one terminal. Resolves with the stored lockdown in effect, whether a broker is there or not.
 * @throws StorageError where the folder cannot be used.
 */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const birth = await nextBirth(options);
  const subject = new Subject<FleetEvent>();
  const changed = { lockdown: () => {} };
  const keys = await openKeys(options);
  const commands = await openCommands(options, keys);
  const orders = await openOrders(options, keys, (lockdown) => {
    subject.next({ type: 'lockdown', lockdown });
    changed.lockdown();
  });
  const central = await Central.open(options, keys, (event) => subject.next(event));
  const greetings = await Greetings.open(options);
  const link = new Link(options, { keys, orders, commands, central, greetings }, birth, subject);
  changed.lockdown = () => link.refresh();
  return link;
}

interface Parts {
  readonly keys: Keys;
  readonly orders: Orders;
  readonly commands: Commands;
  readonly central: Central;
  readonly greetings: Greetings;
}

class Link implements Fleet {
  readonly events: Observable<FleetEvent>;
  readonly #options: FleetOptions;
  readonly #subject: Subject<FleetEvent>;
  readonly #keys: Keys;
  readonly #orders: Orders;
  readonly #commands: Commands;
  readonly #central: Central;
  readonly #greetings: Greetings;
  readonly #connection: Connection;
  readonly #asks: Asks;
  readonly #deliveries: Deliveries;
  readonly #ends: Ends;
  readonly #status: Status;
  #test: TestSummary | null = null;
  readonly #birth: number;
  readonly #untold: string[] = [];
  #lifted = false;
  #platformAhead: number | null = null;

  constructor(
    options: FleetOptions,
    { keys, orders, commands, central, greetings }: Parts,
    birth: number,
    subject: Subject<FleetEvent>,
  ) {
    this.#commands = commands;
    this.#central = central;
    this.#greetings = greetings;
    this.#options = options;
    this.#subject = subject;
    this.#keys = keys;
    this.#orders = orders;
    this.#birth = birth;
    const { now, journal, unit } = options;
    const emit = (event: FleetEvent) => subject.next(event);
    this.#connection = new Connection({
      ...options.mqtt,
      clientId: `terminal/${options.facility}/${options.terminal}`,
      topics: [
        this.#topic('replies'),
        this.#topic('status'),
        this.#topic('commands'),
        ...keys.topics,
        ...orders.topics,
        ...central.topics,
        ...greetings.topics,
      ],
      will: () => ({
        topic: this.#topic('status'),
        payload: envelop({ online: false, birth, unit, lost: true }, now()).payload,
      }),
      receive: (topic, payload, retained) => this.#receive(topic, payload, retained),
      changed: (state) => this.#linkChanged(state),
      log: options.log,
    });
    const own = () => ({
      orders: { ...orders.sequences },
      ...(keys.told && { keys: keys.told }),
      settings: central.told,
      ...(this.#test && { test: this.#test }),
      recordsWaiting: journal.waiting().length,
    });
    const doubled = (other: number) =>
      emit({ type: 'second-client', detail: `${SECOND} (birth ${other}, ours ${birth})` });
    this.#status = new Status({ ...options, topic: this.#topic('status'), birth, own, doubled }, this.#connection);
    this.#asks = new Asks(options, this.#connection, this.#topic('requests'), emit);
    this.#deliveries = new Deliveries(options, this.#connection, this.#topic('records'), () => this.refresh());
    this.#ends = new Ends(
      options.replyTimeout,
      (call) => this.#deliveries.isUnderWay(call),
      (call, request, ask) => this.#asks.ask(call, request, ask),
    );
    // Whoever subscribes is told first how things stand: he may do so long after the broker was reached.
    this.events = new Observable((subscriber) => {
      const subscription = subject.subscribe(subscriber);
      subscriber.next({ type: 'lockdown', lockdown: orders.lockdown });
      for (const event of central.events) subscriber.next(event);
      subscriber.next({ type: 'link', state: this.#connection.isUp ? 'up' : 'down' });
      return subscription;
    });
  }

  ask(call: CallId, request: number, ask: Ask): void {
    if (ask.type === 'end') this.#ends.end(call, request, ask);
    else this.#asks.ask(call, request, ask);
  }

  report(report: Report): void {
    const lifted = report.hook === 'off';
    // By the time that he has keyed his PIN it is known whether the platform can be asked.
    if (lifted && !this.#lifted) this.#connection.hurry();
    this.#lifted = lifted;
    this.#status.report(report);
  }

  tested(test: TestSummary): void {
    this.#test = test;
    this.refresh();
  }

  /** Something the link itself puts in the status has changed. */
  refresh(): void {
    this.#status.refresh();
  }

  tell(event: TerminalEvent): void {
    this.#untold.push(envelop(event, this.#options.now()).payload);
    if (this.#untold.length > UNTOLD_AT_MOST) this.#untold.shift();
    this.#tellAll();
  }

  announce(event: TerminalEvent): Promise<void> {
    return this.#connection.publish(this.#topic('events'), envelop(event, this.#options.now()).payload);
  }

  roundTrip(): Promise<Millis> {
    return this.#status.roundTrip();
  }

  get platformAhead(): number | null {
    return this.#platformAhead;
  }

  alive(): Promise<void> {
    return this.#connection.alive();
  }

  async close(): Promise<void> {
    this.#orders.close();
    this.#deliveries.close();
    this.#ends.close();
    this.#asks.close();
    await Promise.race([this.#status.leave(), new Promise((done) => setTimeout(done, 1_000).unref())]).catch(
      ignoreLink,
    );
    await this.#connection.close();
    this.#subject.complete();
  }

  #topic(channel: TerminalChannel): string {
    return terminalTopic(this.#options.facility, this.#options.terminal, channel);
  }

  #linkChanged(state: 'up' | 'down'): void {
    if (state === 'up') {
      this.#status.start();
      this.#deliveries.start();
      this.#tellAll();
    } else this.#orders.linkChanged('down');
    this.#subject.next({ type: 'link', state });
  }

  #tellAll(): void {
    while (this.#connection.isUp) {
      const payload = this.#untold.shift();
      if (payload === undefined) return;
      this.#connection.publish(this.#topic('events'), payload).catch((error: unknown) => {
        if (this.#untold.length < UNTOLD_AT_MOST) this.#untold.unshift(payload);
        ignoreLink(error);
      });
    }
  }

  /** Takes one message. Whatever is in it, it harms nothing but itself. */
  async #receive(topic: string, payload: Uint8Array, retained: boolean): Promise<void> {
    try {
      if (this.#orders.topics.includes(topic)) await this.#receiveOrder(topic, payload);
      else if (this.#keys.topics.includes(topic)) await this.#receiveKeys(topic, payload);
      else if (this.#central.topics.includes(topic)) await this.#receiveCentral(topic, payload);
      else if (this.#greetings.topics.includes(topic)) await this.#greetings.receive(topic, payload);
      else if (topic === this.#topic('commands')) await this.#receiveCommand(payload);
      else if (topic === this.#topic('replies')) await this.#receiveReply(payload);
      else if (topic === this.#topic('status')) this.#receiveStatus(parseMessage(StatusMessage, payload), retained);
      else throw new Malformed('a topic that was not asked for');
    } catch (error) {
      this.#refuse(topic, error);
    }
  }

  /** An order that changes nothing, because a stricter one stands, was obeyed all the same: the status says so. */
  async #receiveOrder(topic: string, payload: Uint8Array): Promise<void> {
    await this.#orders.receive(topic, payload);
    this.refresh();
  }

  async #receiveKeys(topic: string, payload: Uint8Array): Promise<void> {
    if (!(await this.#keys.receive(topic, payload))) return;
    await this.#orders.keysChanged();
    await this.#central.keysChanged();
    this.refresh();
  }

  async #receiveCentral(topic: string, payload: Uint8Array): Promise<void> {
    await this.#central.receive(topic, payload);
    this.refresh();
  }

  #receiveStatus(message: StatusMessage, retained: boolean): void {
    this.#status.receive(message, retained);
    if (message.body.online && message.body.birth === this.#birth && !retained) this.#orders.linkChanged('heard');
  }

  /** One that is told of was written down before: it is obeyed once, whatever the broker does. */
  async #receiveCommand(payload: Uint8Array): Promise<void> {
    const order = await this.#commands.receive(payload);
    if (order !== null) this.#subject.next({ type: 'command', order });
  }

  async #receiveReply(payload: Uint8Array): Promise<void> {
    const { facility, terminal, keys } = this.#options;
    const message = await verifyReply(textOf(payload), keys.platform.replies).catch((error: Error) => {
      // What is quoted from outside is cut: it could fill the log.
      throw new Malformed(`not an answer of the platform: ${error.message}`.slice(0, 200));
    });
    if (message.facility !== facility || message.terminal !== terminal)
      throw new Malformed(`${message.body.type}: signed for another phone`);
    this.#platformAhead = message.at - this.#options.now();
    const late = this.#options.now() - message.exp;
    if (late > 0) throw new Malformed(`${message.body.type}: expired ${late} ms ago; are the clocks right?`);
    if (message.body.type === 'record') {
      this.#ends.recorded(message.body);
      await this.#deliveries.receive(message.body);
    } else await this.#asks.receive(message);
  }

  #refuse(topic: string, error: unknown): void {
    if (error instanceof OrderRefused) {
      this.#subject.next({ type: 'order-refused', topic, reason: error.message });
    } else if (error instanceof Malformed) {
      this.#subject.next({ type: 'malformed', detail: `${topic.slice(0, 200)}: ${error.message}` });
    } else {
      this.#options.log.error({ err: error, topic }, 'a message could not be dealt with');
    }
  }
}

function ignoreLink(error: unknown): void {
  if (!(error instanceof LinkError)) throw error;
}
