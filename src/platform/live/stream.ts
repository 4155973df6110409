import { Readable } from 'node:stream';
import type { LiveEvent, LivePhone } from '../../protocol/api/live.ts';
import { momentText } from '../../protocol/api/wire.ts';
import type { Instant, TerminalId } from '../../protocol/units.ts';
import type { OpenAlerts } from '../alerts/kept.ts';
import type { OrderRefused } from '../terminals/health/said.ts';

/** A proxy lets go of what says nothing for a minute. */
const ALIVE_MS = 20_000;

/**
 * What one page is told of a facility, as Server-Sent Events (HTML Living Standard, 9.2). A page that is slow is told less often, and
 * then of each phone the last alone: no more waits for it than the facility has phones.
 */
export class LiveStream extends Readable {
  readonly #now: () => Instant;
  readonly #phones = new Map<TerminalId, LivePhone>();
  readonly #refused: OrderRefused[] = [];
  #whole = false;
  #link: 'up' | 'down' | null = null;
  #alerts: OpenAlerts | null = null;
  #wanted = false;
  readonly #alive: NodeJS.Timeout;

  constructor(now: () => Instant) {
    super({ highWaterMark: 65_536 });
    this.#now = now;
    this.#alive = setInterval(() => this.#wanted && this.push(': here\n\n'), ALIVE_MS);
  }

  /** The whole facility, before anything else. */
  begin(phones: Iterable<LivePhone>): void {
    this.#whole = true;
    this.tell(phones, []);
  }

  tell(phones: Iterable<LivePhone>, refused: readonly OrderRefused[]): void {
    for (const phone of phones) this.#phones.set(phone.terminal, phone);
    this.#refused.push(...refused.slice(0, Math.max(0, 1_000 - this.#refused.length)));
    this.#give();
  }

  /** Whether what phones say comes here. */
  linked(state: 'up' | 'down'): void {
    this.#link = state;
    this.#give();
  }

  /** How many alerts are open, and the last that happened. */
  alerted(alerts: OpenAlerts): void {
    this.#alerts = alerts;
    this.#give();
  }

  override _read(): void {
    this.#wanted = true;
    this.#give();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#alive);
    done(error);
  }

  #give(): void {
    if (!this.#wanted || this.destroyed) return;
    const at = momentText(this.#now());
    const events: LiveEvent[] = [];
    if (this.#whole || this.#phones.size > 0)
      events.push({ type: this.#whole ? 'all' : 'changed', at, phones: [...this.#phones.values()] });
    if (this.#link) events.push({ type: 'link', at, state: this.#link });
    if (this.#alerts) events.push({ type: 'alerts', at, ...this.#alerts });
    for (const refused of this.#refused.splice(0)) events.push({ type: 'order-refused', at, ...refused });
    this.#phones.clear();
    this.#whole = false;
    this.#link = null;
    this.#alerts = null;
    if (events.length === 0) return;
    this.#wanted = false;
    this.push(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  }
}
