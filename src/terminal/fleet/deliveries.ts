import { join } from 'node:path';
import type { Subscription } from 'rxjs';
import { appendDurably } from '../../protocol/durable.ts';
import type { RecordReply, SignedRecord } from '../../protocol/messages.ts';
import type { CallId } from '../../protocol/units.ts';
import { Pauses } from '../../retry/pauses.ts';
import { type Connection, LinkError } from './connection.ts';
import { envelop } from './message.ts';
import type { FleetOptions } from './options.ts';

const REJECTED = 'rejected-records.jsonl';
/** On the way at once: an outage of days is caught up with without flooding the platform. */
const WINDOW = 8;
/**
 * An answer to a record is waited for so many times longer than one to a request: nobody stands at the phone for it, thousands may be
 * before it, and while the database is away the platform itself keeps it for 20 s. Sent again meanwhile it would only make the queue longer.
 */
const PATIENCE = 3;

type DeliveriesOptions = Pick<FleetOptions, 'journal' | 'folder' | 'replyTimeout' | 'now' | 'log'>;

/**
 * Sends records until the platform itself says that it has stored them: a broker's acknowledgement means little.
 * One that gets no answer lets the others go first, and is sent again.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #connection: Connection;
  readonly #topic: string;
  readonly #delivered: () => void;
  readonly #subscription: Subscription;
  readonly #pauses = new Pauses({ first: 2_000, longest: 60_000 });
  /** Sent, and waited for. */
  readonly #underWay = new Map<CallId, NodeJS.Timeout>();
  /** Sent in vain in this round. */
  readonly #passedOver = new Set<CallId>();
  #pause: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: DeliveriesOptions, connection: Connection, topic: string, delivered: () => void) {
    this.#options = options;
    this.#connection = connection;
    this.#topic = topic;
    this.#delivered = delivered;
    this.#subscription = options.journal.records.subscribe(() => this.#send());
  }

  /** The link is up: everything that waits is sent again, at once. */
  start(): void {
    this.#pauses.reset();
    if (this.#pause) clearTimeout(this.#pause);
    this.#pause = null;
    this.#passedOver.clear();
    this.#forget();
    this.#send();
  }

  /** Takes the platform's answer about a record. Answers that come twice do no harm. */
  async receive(reply: RecordReply): Promise<void> {
    const { journal, log } = this.#options;
    const record = journal.waiting().find((waiting) => waiting.call === reply.call);
    if (record) {
      if (reply.result === 'rejected') await this.#setAside(record);
      await journal.confirm(reply.call);
      log.debug({ call: reply.call, result: reply.result }, 'record delivered');
    }
    clearTimeout(this.#underWay.get(reply.call));
    this.#underWay.delete(reply.call);
    this.#passedOver.delete(reply.call);
    this.#pauses.reset();
    if (record) this.#delivered();
    this.#send();
  }

  /** Whether the record of a call was sent, and may still be answered. */
  isUnderWay(call: CallId): boolean {
    return this.#underWay.has(call);
  }

  close(): void {
    this.#closed = true;
    this.#subscription.unsubscribe();
    if (this.#pause) clearTimeout(this.#pause);
    this.#forget();
  }

  #forget(): void {
    for (const timer of this.#underWay.values()) clearTimeout(timer);
    this.#underWay.clear();
  }

  #send(): void {
    if (this.#closed || !this.#connection.isUp || this.#pause) return;
    for (const record of this.#options.journal.waiting()) {
      if (this.#underWay.size >= WINDOW) return;
      if (!this.#underWay.has(record.call) && !this.#passedOver.has(record.call)) this.#sendOne(record);
    }
    // Everything that waits has been tried in vain: after a while all of it is tried again.
    if (this.#underWay.size === 0 && this.#passedOver.size > 0) this.#again();
  }

  #sendOne(record: SignedRecord): void {
    const { call } = record;
    const timer = setTimeout(() => {
      this.#underWay.delete(call);
      this.#passedOver.add(call);
      this.#options.log.warn({ call }, 'the platform did not confirm a record; it is sent again');
      this.#send();
    }, PATIENCE * this.#options.replyTimeout);
    this.#underWay.set(call, timer);
    this.#connection.publish(this.#topic, envelop(record, this.#options.now()).payload).catch((error: unknown) => {
      // With the link gone all is sent again when it is back; the timer sees to the rest.
      if (!(error instanceof LinkError)) this.#options.log.warn({ err: error, call }, 'a record could not be sent');
    });
  }

  #again(): void {
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#passedOver.clear();
      this.#send();
    }, this.#pauses.next());
  }

  async #setAside(record: SignedRecord): Promise<void> {
    const file = join(this.#options.folder, REJECTED);
    await appendDurably(file, Buffer.from(`${JSON.stringify(record)}\n`));
    this.#options.log.error({ call: record.call, file }, 'the platform rejects a record; it was set aside');
  }
}
