import type { MqttClient } from 'mqtt';
import { EventMessage, StatusMessage, type TerminalStatus } from '../../protocol/messages.ts';
import { lockdownsOf, parseTerminalTopic, terminalsOf } from '../../protocol/topics.ts';
import type { FacilityId, Instant, TerminalId, UnitId } from '../../protocol/units.ts';
import { inTime } from '../broker.ts';
import type { Ought } from '../profile.ts';

/** What stands at a broker has come when nothing more came for so long, ms; at most it is waited for so long. */
const QUIET = 150;
const STANDING_AT_MOST = 3_000;

/** One phone of a facility: what its file says of it and what it last said itself. */
export interface Phone {
  readonly terminal: TerminalId;
  /** Null where neither tells. */
  readonly unit: UnitId | null;
  /** Null where it was never here. */
  readonly status: TerminalStatus | null;
  /** When it said so. */
  readonly at: Instant | null;
}

/** A lockdown that a phone would not obey. */
export interface Refused {
  readonly terminal: TerminalId;
  readonly topic: string;
  readonly reason: string;
}

/** One facility as the broker shows it: its phones, and the orders that stand. */
export class Watch {
  /** Signed orders by the topic on which they stand. */
  readonly standing = new Map<string, string>();
  /** Orders not obeyed, from now on. */
  readonly refused: Refused[] = [];
  readonly #phones = new Map<TerminalId, Phone>();
  #changed: () => void = () => {};

  private constructor(client: MqttClient, facility: FacilityId, ought: Ought | null) {
    for (const { id: unit, terminals } of ought?.units ?? [])
      for (const terminal of terminals) this.#phones.set(terminal, { terminal, unit, status: null, at: null });
    client.on('message', (topic, payload) => this.#hear(facility, topic, payload));
  }

  /**
   * Watches a facility; resolves when what stands at the broker is known.
   * @throws Error where this user may not, or the broker does not answer
   */
  static async over(client: MqttClient, facility: FacilityId, ought: Ought | null): Promise<Watch> {
    const watch = new Watch(client, facility, ought);
    const topics = [terminalsOf(facility, 'status'), terminalsOf(facility, 'events'), ...lockdownsOf(facility)];
    const subscribed = client.subscribeAsync(topics, { qos: 1 }).catch((cause: unknown) => {
      throw new Error(`this user may not read ${topics.join(', ')}`, { cause });
    });
    await inTime(subscribed, 'the broker does not answer');
    const latest = Date.now() + STANDING_AT_MOST;
    while (Date.now() < latest && (await watch.change(QUIET)));
    return watch;
  }

  /** Every phone, by name. */
  get phones(): readonly Phone[] {
    const byName = new Intl.Collator('en', { numeric: true });
    return [...this.#phones.values()].sort((a, b) => byName.compare(a.terminal, b.terminal));
  }

  /** Resolves when something changes, with whether it did within `ms`. */
  change(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#changed = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #hear(facility: FacilityId, topic: string, payload: Buffer): void {
    if (topic.endsWith('/lockdown')) this.standing.set(topic, payload.toString());
    const from = parseTerminalTopic(topic);
    const message = from === null ? null : parse(payload);
    if (from?.facility === facility && from.channel === 'status') this.#status(from.terminal, message);
    if (from?.facility === facility && from.channel === 'events') this.#event(from.terminal, message);
    this.#changed();
  }

  #status(terminal: TerminalId, message: unknown): void {
    const read = StatusMessage.safeParse(message);
    if (!read.success) return;
    const { body: status, at } = read.data;
    const before = this.#phones.get(terminal);
    // A will of an earlier life that comes late says nothing of this one.
    if (before?.status && before.status.birth > status.birth) return;
    this.#phones.set(terminal, { terminal, unit: status.unit ?? before?.unit ?? null, status, at });
  }

  #event(terminal: TerminalId, message: unknown): void {
    const read = EventMessage.safeParse(message);
    if (!read.success || read.data.body.type !== 'order-refused') return;
    const { topic, reason } = read.data.body;
    this.refused.push({ terminal, topic, reason });
  }
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return null;
  }
}
