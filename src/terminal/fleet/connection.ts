import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { brokerFault, loginOf } from '../../protocol/broker.ts';
import { isStrangers, refusesCertificate } from '../../protocol/certificate.ts';
import { Pauses } from '../../retry/pauses.ts';
import type { ClientCertificate } from './options.ts';

const CONNECT_TIMEOUT = 10_000;
const PUBLISH_TIMEOUT = 10_000;
/** A connection that lasted this long counts as good: the next wait is short again. */
const GOOD_AFTER = 10_000;
const KEEPALIVE_S = 15;
/** The client asks for a sign of life and gives up by itself in less. */
const SILENT_AT_MOST = 2.5 * KEEPALIVE_S * 1_000;
const UNACKNOWLEDGED_AT_MOST = 200;
const DENIED = 128;
/** What is under way may take this much longer than its own limit before the link counts as stuck. */
const SLACK = 5_000;
/** Dealing with one message takes no longer. */
const RECEIVE_AT_MOST = 30_000;

/** One of the two does not believe the other's certificate. */
const isOfCertificates = (error: Error & { code?: string | number }): boolean =>
  refusesCertificate(error) || isStrangers(error);

/** A message could not be handed to the broker. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** What a connection is made with, and whom it tells. */
export interface ConnectionOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** In place of a password. */
  readonly certificate?: ClientCertificate | undefined;
  /** File (PEM) of the broker's authority. */
  readonly ca?: string | undefined;
  readonly clientId: string;
  readonly topics: readonly string[];
  /** Made anew for each connection. */
  readonly will: () => { topic: string; payload: string };
  /** One message at a time: the next is not read from the network, nor this one acknowledged, before it resolves. */
  readonly receive: (topic: string, payload: Uint8Array, retained: boolean) => Promise<void>;
  readonly changed: (state: 'up' | 'down') => void;
  readonly log: Logger;
}

/**
 * A connection to the broker that comes back by itself (MQTT 3.1.1, session kept by the broker). Each try is a
 * client of its own: nothing that was handed to an earlier one can go out late.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #login: ReturnType<typeof loginOf>;
  readonly #pauses = new Pauses({ first: 250, longest: 30_000 });
  readonly #unacknowledged = new Set<(error: LinkError) => void>();
  #client: MqttClient | null = null;
  #retry: NodeJS.Timeout | null = null;
  #upSince: number | null = null;
  /** What is under way, and by when something must have come of it. */
  #stage = { what: 'connecting', due: 0 };
  /** Since when a message is being dealt with. */
  #receiving: number | null = null;
  #lastTrouble = '';
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#login = loginOf(options);
    this.#open();
  }

  get isUp(): boolean {
    return this.#upSince !== null;
  }

  /** Tries now what would be tried later: somebody waits for it. */
  hurry(): void {
    if (this.#client !== null || this.#closed || this.#retry === null) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  /** Publishes at QoS 1; resolves on the broker's acknowledgement. @throws LinkError */
  publish(topic: string, payload: string, retain = false): Promise<void> {
    const client = this.#client;
    if (!client || !this.isUp) return Promise.reject(new LinkError('no connection to the broker'));
    if (this.#unacknowledged.size >= UNACKNOWLEDGED_AT_MOST) {
      return Promise.reject(new LinkError('the broker acknowledges nothing'));
    }
    return new Promise((resolve, reject) => {
      const settle = (error?: Error | null) => {
        clearTimeout(timer);
        this.#unacknowledged.delete(settle);
        if (error) reject(error instanceof LinkError ? error : new LinkError(this.#why(error), { cause: error }));
        else resolve();
      };
      const timer = setTimeout(() => this.#lose(client, 'a message was not acknowledged in time'), PUBLISH_TIMEOUT);
      this.#unacknowledged.add(settle);
      client.publish(topic, payload, { qos: 1, retain }, settle);
    });
  }

  /**
   * Resolves while the link does its work at `at` (performance.now()): a broker that is heard, or a try to reach it within
   * that try's own limit. A broker that is away does no harm.
   * @throws Error naming what is stuck
   */
  async alive(at = performance.now()): Promise<void> {
    const { what, due } = this.#stage;
    if (at > due + SLACK) throw new Error(`${what} for ${Math.round((at - due) / 1_000)} s too long`);
    if (this.#receiving !== null && at - this.#receiving > RECEIVE_AT_MOST)
      throw new Error('a message is not dealt with');
  }

  /** Leaves the broker in good order, so that the will is not published. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    this.#upSince = null;
    this.#abandon('closed');
    if (!client) return;
    // A broker that does not answer must not hold up the stop.
    const force = setTimeout(() => client.stream.destroy(), 1_000);
    await client.endAsync(!client.connected);
    clearTimeout(force);
  }

  #open(): void {
    const { url, clientId, will } = this.#options;
    this.#enter('connecting', CONNECT_TIMEOUT);
    const client = connect(url, {
      protocolVersion: 4,
      clientId,
      clean: false,
      ...this.#login,
      ...this.#options.certificate?.read(),
      will: { ...will(), payload: Buffer.from(will().payload), qos: 1, retain: true },
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT,
      keepalive: KEEPALIVE_S,
      resubscribe: false,
      queueQoSZero: false,
    } satisfies IClientOptions);
    this.#client = client;
    // Without it the kernel holds small messages back: 45 ms a round trip, not 0.3.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.handleMessage = (packet, done) => {
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      this.#receiving = performance.now();
      const dealt = (error?: Error) => {
        this.#receiving = null;
        done(error);
      };
      this.#options.receive(packet.topic, payload, packet.retain).then(() => dealt(), dealt);
    };
    client.on('connect', () => this.#subscribe(client));
    client.on('packetreceive', () => {
      if (client === this.#client && this.isUp) this.#enter('silent', SILENT_AT_MOST);
    });
    client.on('error', (error) => this.#lose(client, this.#why(error), isOfCertificates(error) ? 'refused' : 'lost'));
    client.on('close', () => this.#lose(client, 'the broker closed the connection or cannot be reached'));
  }

  #subscribe(client: MqttClient): void {
    this.#enter('subscribing', PUBLISH_TIMEOUT);
    const timer = setTimeout(() => this.#lose(client, 'subscribing took too long'), PUBLISH_TIMEOUT);
    const topics = [...this.#options.topics];
    client.subscribe(topics, { qos: 1 }, (error, _, answer) => {
      clearTimeout(timer);
      if (client !== this.#client) return;
      // What the broker denied stands only in its own packet: the client gives back what was asked for.
      if (!answer) return this.#lose(client, error ? this.#why(error) : 'subscribing failed');
      for (const topic of topics.filter((_, n) => answer.granted[n] === DENIED)) {
        this.#options.log.error({ topic }, 'the broker denies this topic: check the rights of this user');
      }
      this.#upSince = Date.now();
      this.#enter('silent', SILENT_AT_MOST);
      this.#lastTrouble = '';
      this.#options.certificate?.tried('up');
      this.#options.changed('up');
    });
  }

  /** Gives up one client, once, and has another tried later. */
  #lose(client: MqttClient, why: string, outcome: 'lost' | 'refused' = 'lost'): void {
    if (client !== this.#client || this.#closed) return;
    const wasUp = this.#upSince;
    this.#client = null;
    this.#upSince = null;
    client.end(true);
    client.on('error', () => undefined);
    this.#abandon(why);
    if (wasUp !== null && Date.now() - wasUp >= GOOD_AFTER) this.#pauses.reset();
    if (why !== this.#lastTrouble)
      this.#options.log.warn({ broker: this.#options.url }, `no link to the broker: ${why}`);
    this.#lastTrouble = why;
    const wait = this.#pauses.next();
    this.#enter('waiting for the next try', wait);
    this.#retry = setTimeout(() => this.#open(), wait);
    this.#options.certificate?.tried(outcome);
    if (wasUp !== null) this.#options.changed('down');
  }

  #enter(what: string, limit: number): void {
    this.#stage = { what, due: performance.now() + limit };
  }

  #why(error: Error & { code?: string | number }): string {
    // A refused connection to a name with two addresses comes as several errors without a text of their own.
    return brokerFault(error, this.#options.url) ?? (error.message || String(error.code ?? error.name));
  }

  #abandon(why: string): void {
    for (const settle of [...this.#unacknowledged]) settle(new LinkError(why));
  }
}
