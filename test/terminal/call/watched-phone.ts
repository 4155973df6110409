import type { Logger } from 'pino';
import { shown } from '../../../src/platform/calls/shown.ts';
import type { CallRecord } from '../../../src/protocol/call.ts';
import type { JournalEntry } from '../../../src/protocol/journal.ts';
import type { CallId, Instant, Key } from '../../../src/protocol/units.ts';
import type { Action } from '../../../src/terminal/call/action.ts';
import type { CoreEvent, Timer } from '../../../src/terminal/call/event.ts';
import type { Settings } from '../../../src/terminal/call/settings.ts';
import { initial, type State, step } from '../../../src/terminal/call/step.ts';
import type { Fleet, Report } from '../../../src/terminal/fleet/port.ts';
import { logStep } from '../../../src/terminal/loop/log.ts';
import { tellFleet } from '../../../src/terminal/loop/show.ts';
import { Live } from '../../../src/terminal/storage/live.ts';
import { IDS, NOON, OPEN } from './driver.ts';

/** A recording of a clip takes so long, ms. */
const CLIP = 700;

/** The core with clock, timers, recordings, journal, log and status: what staff may read of it is written down with its time. */
export class WatchedPhone {
  /** Lines of the log (all of them, down to debug), statuses and records, each with its time. */
  readonly read: string[] = [];
  readonly #timers = new Map<Timer, { at: number; event: CoreEvent }>();
  readonly #sayings = new Map<string, { at: number; event: CoreEvent }>();
  readonly #live = new Live();
  readonly #sent = new Set<CallId>();
  #status = '';
  #lifts = 0;
  at: number = NOON;
  state: State;

  constructor(settings: Settings) {
    this.state = initial(settings);
    this.do({ type: 'lockdown', lockdown: OPEN });
  }

  get call(): CallId {
    return `00000000-0000-4000-8000-${String(this.#lifts).padStart(12, '0')}` as CallId;
  }

  lift(): void {
    this.#lifts += 1;
    this.do({ type: 'off-hook', call: this.call });
  }

  key = (key: string) => this.do({ type: 'key', key: key as Key });

  do(event: CoreEvent): void {
    const done = step(this.state, { ...event, at: this.at as Instant });
    this.state = done.state;
    logStep(this.#log, done);
    for (const action of done.actions) this.#perform(action);
    const fleet = { report: (report: Report) => this.#report(report) } as unknown as Fleet;
    tellFleet(fleet, { unit: IDS.unit, version: '1' }, done.state, {});
    for (const { call, jws } of this.#live.waiting()) {
      if (this.#sent.has(call)) continue;
      this.#sent.add(call);
      this.#write(`record ${JSON.stringify(shown(JSON.parse(jws) as CallRecord))}`);
    }
  }

  /** Lets time pass, and what is due happen. */
  until(at: number): void {
    for (;;) {
      const [next] = [...this.#timers, ...this.#sayings].sort(([, a], [, b]) => a.at - b.at);
      if (!next || next[1].at > at) break;
      this.#timers.delete(next[0] as Timer);
      this.#sayings.delete(next[0]);
      this.at = Math.max(this.at, next[1].at);
      this.do(next[1].event);
    }
    this.at = Math.max(this.at, at);
  }

  #perform(action: Action): void {
    switch (action.type) {
      case 'start-timer': {
        const { timer, call, run, after } = action;
        this.#timers.set(timer, { at: this.at + after, event: { type: 'timer', timer, call, run } });
        break;
      }
      case 'stop-timer':
        this.#timers.delete(action.timer);
        break;
      case 'say': {
        const { to, call, say, clips } = action;
        this.#sayings.set(`to ${to}`, { at: this.at + clips.length * CLIP, event: { type: 'said', call, say } });
        break;
      }
      case 'hush':
        this.#sayings.delete(`to ${action.to}`);
        break;
      case 'journal':
        this.#keep(action.entry);
        break;
      default:
    }
  }

  /** As the journal does, but for the signature. */
  #keep(entry: JournalEntry): void {
    const sign = (record: CallRecord) =>
      this.#live.add({ type: 'signed', call: record.call, jws: JSON.stringify(record) });
    const held = entry.type === 'down' ? this.#live.held(entry.call) : null;
    if (held !== null) sign(this.#live.whole(held, entry));
    else if (entry.type !== 'record') this.#live.add(entry);
    else if (entry.held) this.#live.add({ type: 'held', call: entry.record.call, record: entry.record });
    else sign(this.#live.whole(entry.record));
  }

  #report(report: Report): void {
    const status = JSON.stringify({ ...report, recordsWaiting: this.#live.waiting().length });
    if (status === this.#status) return;
    this.#status = status;
    this.#write(`status ${status}`);
  }

  readonly #log = new Proxy({} as Logger, {
    get: (_, level) => (about: object, line: string) =>
      this.#write(`log ${String(level)} ${JSON.stringify(about)} ${line}`),
  });

  #write(line: string): void {
    this.read.push(`${this.at - NOON} ${line}`);
  }
}
