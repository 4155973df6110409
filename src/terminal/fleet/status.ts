import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { StatusMessage, TerminalStatus } from '../../protocol/messages.ts';
import { type Millis, millis } from '../../protocol/units.ts';
import { type Connection, LinkError } from './connection.ts';
import { envelop } from './message.ts';
import type { FleetOptions } from './options.ts';
import type { Report } from './port.ts';

/** A message that is not back by then does not come back, ms. */
const BACK_AT_MOST = 5_000;

type Online = Extract<TerminalStatus, { online: true }>;

type StatusOptions = Pick<FleetOptions, 'unit' | 'now' | 'log'> & {
  readonly topic: string;
  readonly birth: number;
  /** Another client speaks as this phone; told once a connection. */
  readonly doubled: (birth: number) => void;
  /** What the link itself knows. */
  readonly own: () => Pick<Online, 'orders' | 'keys' | 'test' | 'recordsWaiting'>;
};

/** The retained status of one terminal. One publish is under way at a time; what changes meanwhile goes out together. */
export class Status {
  readonly #options: StatusOptions;
  readonly #connection: Connection;
  readonly #log: Logger;
  #report: Report | null = null;
  #published: TerminalStatus | null = null;
  #publishing = false;
  /** The broker has had a status of this life. */
  #owned = false;
  /** How often one of an earlier life has stood there since. */
  #earlier = 0;
  #doubled = false;
  /** Round trips under way, by the id of their message. */
  readonly #awaited = new Map<string, () => void>();

  constructor(options: StatusOptions, connection: Connection) {
    this.#options = options;
    this.#connection = connection;
    this.#log = options.log;
  }

  report(report: Report): void {
    this.#report = report;
    this.refresh();
  }

  /** The link is up: whatever the broker holds, it is told anew. */
  start(): void {
    this.#published = null;
    this.#publishing = false;
    this.#doubled = false;
    this.refresh();
  }

  /**
   * Publishes the status whether or not it differs, and resolves with the time until the broker has handed it back.
   * @throws LinkError
   */
  async roundTrip(): Promise<Millis> {
    const status = this.#current();
    if (!status) throw new LinkError('there is no status yet');
    const { topic, now } = this.#options;
    const { id, payload } = envelop(status, now());
    const sent = performance.now();
    let late: NodeJS.Timeout | undefined;
    const back = new Promise<void>((resolve, reject) => {
      this.#awaited.set(id, resolve);
      const why = 'the broker did not hand it back: check the rights of this user';
      late = setTimeout(() => reject(new LinkError(why)), BACK_AT_MOST);
    });
    try {
      await Promise.all([this.#connection.publish(topic, payload, true), back]);
      return millis(performance.now() - sent);
    } finally {
      clearTimeout(late);
      this.#awaited.delete(id);
    }
  }

  /** Publishes where something differs from what was last published. */
  refresh(): void {
    const status = this.#current();
    if (!status || this.#publishing || !this.#connection.isUp || isDeepStrictEqual(status, this.#published)) return;
    this.#publishing = true;
    this.#published = status;
    const { topic, now } = this.#options;
    this.#connection.publish(topic, envelop(status, now()).payload, true).then(
      () => {
        this.#publishing = false;
        this.#owned = true;
        this.refresh();
      },
      (error: unknown) => {
        // With the link gone `start` sends it again.
        if (!(error instanceof LinkError)) this.#log.warn({ err: error }, 'the status could not be published');
        this.#publishing = false;
        this.#published = null;
      },
    );
  }

  /**
   * Takes what comes on our own topic: a will of an earlier connection, published late, is put right.
   * What stood there before we subscribed has been overwritten since. MQTT 3.1.1 does not say that a connection was closed because
   * another client came with our id and rights: it is told by what that one wrote here.
   */
  receive(message: StatusMessage, retained: boolean): void {
    this.#awaited.get(message.id)?.();
    if (this.#isForeign(message.body.birth, retained) && !this.#doubled) {
      this.#doubled = true;
      this.#options.doubled(message.body.birth);
    }
    if (message.body.online || retained || !this.#connection.isUp) return;
    this.#published = null;
    this.refresh();
  }

  /** Nobody is born after us but somebody else; an earlier life may be shown once, by a broker that was put back to what it had saved. */
  #isForeign(birth: number, retained: boolean): boolean {
    if (birth >= this.#options.birth) return birth > this.#options.birth;
    if (retained && this.#owned) this.#earlier += 1;
    return retained && this.#earlier > 1;
  }

  /** Says goodbye. @throws LinkError */
  async leave(): Promise<void> {
    if (!this.#connection.isUp) return;
    const { topic, birth, unit, now } = this.#options;
    this.#report = null;
    await this.#connection.publish(topic, envelop({ online: false, birth, unit }, now()).payload, true);
  }

  #current(): TerminalStatus | null {
    if (!this.#report) return null;
    return { online: true, birth: this.#options.birth, ...this.#report, ...this.#options.own() };
  }
}
