import type { MqttClient } from 'mqtt';

const DENIED = 128;

/**
 * Statuses are not kept for who is away: each stands retained and is handed over anew with the link. Kept, those of a busy hour would
 * take the place of records in what the broker keeps for a platform.
 */
const qosOf = (filter: string): 0 | 1 => (filter.endsWith('/status') ? 0 : 1);

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
   * Subscribes to what of `wanted` is new, to what stands in `anew` once more, so that what stands there is handed over, and to nothing else
   * any more. Gives what the broker denies.
   * @throws Error where the connection was lost
   */
  async bring(wanted: ReadonlySet<string>, anew: ReadonlySet<string>): Promise<readonly string[]> {
    const gone = [...this.#granted].filter((filter) => !wanted.has(filter));
    const fresh = [...wanted].filter((filter) => anew.has(filter) || !this.#granted.has(filter));
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
      const asked = Object.fromEntries(filters.map((filter) => [filter, { qos: qosOf(filter) }]));
      this.#client.subscribe(asked, (error, _, answer) => {
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
