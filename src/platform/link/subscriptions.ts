import type { MqttClient } from 'mqtt';

const DENIED = 128;

/** What one client is subscribed to: brought to what is wanted. */
export class Subscriptions {
  readonly #client: MqttClient;
  readonly #granted = new Set<string>();
  readonly #closed: Promise<never>;

  constructor(client: MqttClient) {
    this.#client = client;
    this.#closed = new Promise((_, reject) => {
      client.once('close', () => reject(new Error('the broker closed the connection')));
    });
    this.#closed.catch(() => undefined);
  }

  /**
   * Subscribes to what of `wanted` is new, or `anew` to all of it, and to nothing else any more. Gives what the broker denies.
   * @throws Error where the connection was lost
   */
  async bring(wanted: ReadonlySet<string>, anew: boolean): Promise<readonly string[]> {
    const gone = [...this.#granted].filter((filter) => !wanted.has(filter));
    const fresh = [...wanted].filter((filter) => anew || !this.#granted.has(filter));
    await this.leave(gone);
    return fresh.length === 0 ? [] : this.#subscribe(fresh);
  }

  /** Hears them no more, also those that an earlier session at the broker has left. @throws Error where the connection was lost */
  async leave(filters: readonly string[]): Promise<void> {
    if (filters.length === 0) return;
    for (const filter of filters) this.#granted.delete(filter);
    await Promise.race([this.#client.unsubscribeAsync([...filters]), this.#closed]);
  }

  #subscribe(filters: readonly string[]): Promise<readonly string[]> {
    const answered = new Promise<readonly string[]>((resolve, reject) => {
      this.#client.subscribe([...filters], { qos: 1 }, (error, _, answer) => {
        // What the broker denied stands only in its own packet: the client gives back what was asked for.
        if (!answer) return reject(error ?? new Error('subscribing failed'));
        const denied = filters.filter((_filter, n) => answer.granted[n] === DENIED);
        for (const filter of filters) if (!denied.includes(filter)) this.#granted.add(filter);
        resolve(denied);
      });
    });
    return Promise.race([answered, this.#closed]);
  }
}
