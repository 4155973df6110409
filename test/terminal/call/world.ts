import type { Heard } from '../../../src/protocol/ask.ts';
import type { JournalEntry } from '../../../src/protocol/journal.ts';
import type { Hotline } from '../../../src/protocol/messages.ts';
import { SpokenName } from '../../../src/protocol/spoken-name.ts';
import type { CallId, Instant, Millis, PhoneNumber } from '../../../src/protocol/units.ts';
import { Voice } from '../../../src/protocol/voice.ts';
import type { Action } from '../../../src/terminal/call/action.ts';
import type { CoreEvent, Event } from '../../../src/terminal/call/event.ts';
import type { Settings } from '../../../src/terminal/call/settings.ts';
import { initial, type State, type step } from '../../../src/terminal/call/step.ts';
import { CRISIS, FEATURES, NOON, OPEN, settings } from './driver.ts';
import { Laws } from './laws.ts';
import { Platform, SPOKEN } from './platform.ts';
import { Random } from './random.ts';
import { must } from './violation.ts';

/** Something that will happen by itself. */
interface Due {
  at: number;
  event: CoreEvent;
}

const TIP: Hotline = {
  code: '*771',
  number: '+18005550771' as PhoneNumber,
  limit: 90_000 as Millis,
  hidden: false,
  privileged: false,
};

/** Terminals that differ in what matters to the flow. */
export const TERMINALS: readonly Settings[] = [
  settings({ pinLength: 10, warnings: ['2m', '1m'], limit: '10m' }, [CRISIS, TIP]),
  settings({ pinLength: 10, languages: ['es'], warnings: ['30s'], limit: '3m', extendBefore: '20s', stallTries: 1 }, [
    CRISIS,
  ]),
  settings({ pinLength: 10, pinTries: 1, warnings: [], limit: '1h', extendBefore: '1m', interDigit: '1s' }, []),
];

const spoken = (answers: number): Voice =>
  new Voice({ answers: Array.from({ length: Math.min(4, answers) }, () => FEATURES), first: [] });

/** The core and everything around it: clock, timers, sound, platform, network. What people do is in `moves.ts`. */
export class World {
  readonly seed: number;
  readonly random: Random;
  readonly laws: Laws;
  readonly platform: Platform;
  readonly journal: JournalEntry[] = [];
  readonly history: CoreEvent[] = [];
  readonly #step: typeof step;
  readonly #due: Due[] = [];
  state: State;
  at: number = NOON;
  lifts = 0;
  events = 0;
  /** What the caller of this lift is after. */
  plan: 'call' | 'hotline' | 'maintenance' = 'call';
  /** Each phase that was come to, and how often. */
  readonly visits = new Map<string, number>();

  constructor(core: typeof step, seed: number) {
    this.#step = core;
    this.seed = seed;
    this.random = new Random(seed);
    this.state = initial(this.random.pick(TERMINALS));
    this.laws = new Laws(this.state.settings);
    this.platform = new Platform(this.random);
    if (!this.random.one(16)) this.tell({ type: 'lockdown', lockdown: OPEN });
  }

  /** Tells the core of something, holds the laws, and does what it asks. */
  tell(event: CoreEvent, at: number = this.at): void {
    const told: Event = { ...event, at: at as Instant };
    const before = this.state;
    const after = this.#step(before, told);
    this.events += 1;
    this.laws.watch(before, told, after);
    this.state = after.state;
    const { phase } = after.state.call;
    if (phase !== before.call.phase) this.visits.set(phase, (this.visits.get(phase) ?? 0) + 1);
    this.history.push(event);
    if (this.history.length > 40) this.history.shift();
    for (const action of after.actions) this.#do(action);
  }

  /** The next thing that happens by itself, taken out; null where nothing will. */
  next(place = 0): Due | null {
    this.#due.sort((a, b) => a.at - b.at);
    return this.#due.splice(Math.min(place, Math.max(0, this.#due.length - 1)), 1)[0] ?? null;
  }

  /** Lets the next thing happen by itself, at its time or, on a busy machine, later; false where nothing will within `span`. */
  goOn(span: number): boolean {
    if (!this.#due.some((due) => due.at <= this.at + span)) return false;
    const due = this.next();
    if (due === null) return false;
    this.at = Math.max(this.at, due.at);
    this.tell(due.event);
    return true;
  }

  /** Time passes, and what is due happens. */
  pass(span: number): void {
    const until = this.at + span;
    for (let n = 0; n < 50 && this.goOn(until - this.at); n += 1);
    this.at = Math.max(this.at, until);
  }

  later(after: number, event: CoreEvent): void {
    this.#due.push({ at: this.at + after, event });
  }

  #forget(which: (event: CoreEvent) => boolean): void {
    for (let n = this.#due.length - 1; n >= 0; n -= 1) {
      const due = this.#due[n];
      if (due && which(due.event)) this.#due.splice(n, 1);
    }
  }

  #do(action: Action): void {
    switch (action.type) {
      case 'start-timer': {
        const { timer, call, run, after } = action;
        this.#forget((event) => event.type === 'timer' && event.timer === timer);
        this.later(after, { type: 'timer', timer, call, run });
        break;
      }
      case 'stop-timer':
        this.#forget((event) => event.type === 'timer' && event.timer === action.timer);
        break;
      case 'say':
        // A recording that is missing is said at once; now and then a `said` is lost with the thread of the sound.
        if (!this.random.one(20)) {
          const { call, say, clips } = action;
          this.later(this.random.one(10) ? 0 : clips.length * 600, { type: 'said', call, say });
        }
        break;
      case 'listen': {
        const { call, listen } = action;
        // Now and then nobody ever says what came of it.
        if (listen !== null && !this.random.one(12))
          this.later(this.random.below(9_000), { type: 'answer', call, listen, heard: this.#heard(action.take) });
        break;
      }
      case 'watch':
        for (let n = 1; n < 40; n += 1) this.later(n * 9_000, { type: 'windows', call: action.call, voice: spoken(n) });
        break;
      case 'ask':
        this.#ask(action);
        break;
      case 'bench': {
        const { call, request } = action;
        const ok = !this.random.one(4);
        if (!this.random.one(8)) this.later(200, { type: 'bench-reply', call, request, ok, clips: ['test-passed'] });
        break;
      }
      case 'dial':
        if (this.random.one(3)) this.later(this.random.below(3_000), { type: 'ringing', call: action.call });
        break;
      case 'journal':
        this.journal.push(action.entry);
        if (action.entry.type === 'record') this.platform.record(action.entry.record);
        break;
      default:
        break;
    }
  }

  /** To the platform and back: answered, answered late, not answered, or not even the link says so. */
  #ask({ call, request, ask }: Extract<Action, { type: 'ask' }>): void {
    const lost = this.random.one(10);
    const reply = lost && ask.type !== 'end' ? null : this.platform.ask(call, request, ask, this.at as Instant);
    if (reply !== null && !this.random.one(12)) {
      this.later(this.random.one(10) ? this.random.below(20_000) : 20, { type: 'reply', call, request, reply });
    } else if (this.random.one(2)) this.later(10_000, { type: 'no-reply', call, request, cause: 'timeout' });
  }

  #heard(take: 'answer' | 'name'): Heard {
    if (this.random.one(8)) return { kind: 'silent' };
    return this.random.one(8)
      ? { kind: 'unjudged', reason: 'died' }
      : take === 'name'
        ? { kind: 'name', name: new SpokenName(SPOKEN) }
        : { kind: 'answer', voice: spoken(1) };
  }

  newCall(): CallId {
    this.lifts += 1;
    this.plan = this.random.one(6) ? 'hotline' : this.random.one(12) ? 'maintenance' : 'call';
    return `00000000-0000-4000-8000-${String(this.lifts).padStart(12, '0')}` as CallId;
  }

  /** The call under way; null with the handset down. */
  get call(): CallId | null {
    return this.state.call.phase === 'idle' ? null : this.state.call.lift.call;
  }

  /** The last thing: the handset goes down. Then nothing may be left, anywhere. */
  close(): void {
    this.tell({ type: 'on-hook' });
    must(this.platform.held === 0, 'law 6', `${this.platform.held} is still held`);
  }
}
