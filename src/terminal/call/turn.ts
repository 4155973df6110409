import type { Ask } from '../../protocol/ask.ts';
import {
  MOST_REDIRECTIONS,
  type Phase,
  type Quality,
  type Redirection,
  type VoiceOutcome,
} from '../../protocol/call.ts';
import type { JournalEntry } from '../../protocol/journal.ts';
import { type Instant, type Language, type Millis, millis } from '../../protocol/units.ts';
import type { Action, Ear, Job, Tone } from './action.ts';
import type { Clip } from './clip.ts';
import type { Timer } from './event.ts';
import type { CallRules, Settings } from './settings.ts';
import type { Lift } from './state.ts';

/** Node fires a timer that is set further off than this at once. */
const LONGEST_TIMER = 2_147_483_647;
/** The link gives up by itself after `rules.reply`: this much later the core does, where the link says nothing at all. */
const BELT = 1_000;

/**
 * One event at work on one call: collects what is to be done, and keeps the books of the lift (numbers, timers, what
 * is being said) while doing so. Lives for one `step`, which is why it may change while states may not.
 */
export class Turn {
  readonly settings: Settings;
  readonly actions: Action[] = [];
  #lift: Lift;

  constructor(settings: Settings, lift: Lift, at: Instant) {
    this.settings = settings;
    this.#lift = { ...lift, at: Math.max(lift.at, at) as Instant };
  }

  get lift(): Lift {
    return this.#lift;
  }

  get at(): Instant {
    return this.#lift.at;
  }

  get rules(): CallRules {
    return this.settings.rules;
  }

  /** What the caller is spoken to in: his choice, or the first of the terminal's languages until he chose. */
  get language(): Language {
    return this.#lift.language ?? this.rules.languages[0] ?? 'en';
  }

  speak(language: Language): void {
    this.#lift = { ...this.#lift, language };
  }

  enter(phase: Phase): void {
    this.#lift = { ...this.#lift, phases: [...this.#lift.phases, { phase, at: this.at }] };
  }

  /** Whether the platform holds something for this call that only its end lets go. */
  open(open: boolean): void {
    this.#lift = { ...this.#lift, open };
  }

  /** What is told of the line goes into the record. */
  quality(quality: Quality): void {
    this.#lift = { ...this.#lift, quality };
  }

  /** What came of asking for the caller's voice: written down, for a record that a power cut must not lose. */
  voice(outcome: VoiceOutcome): void {
    const { call } = this.#lift;
    this.#lift = { ...this.#lift, voice: outcome };
    this.journal({ type: 'voice', call, at: this.at, voice: { outcome, others: [] } });
  }

  redirected(how: Redirection, to: string | null): void {
    const { redirections } = this.#lift;
    if (redirections.length >= MOST_REDIRECTIONS) return;
    this.#lift = { ...this.#lift, redirections: [...redirections, { how, to, at: this.at }] };
  }

  do(action: Action): void {
    this.actions.push(action);
  }

  journal(entry: JournalEntry): void {
    this.do({ type: 'journal', entry });
  }

  say(to: Ear, clips: readonly Clip[], language: Language = this.language): void {
    const { call, next, saying } = this.#lift;
    const say = next.say;
    this.#lift = {
      ...this.#lift,
      next: { ...next, say: say + 1 },
      saying: {
        caller: to === 'callee' ? saying.caller : say,
        callee: to === 'caller' ? saying.callee : say,
      },
    };
    this.do({ type: 'say', to, call, say, language, clips });
  }

  /** What `say` numbered has been said: no longer waited for. */
  said(say: number): void {
    const { caller, callee } = this.#lift.saying;
    const saying = { caller: caller === say ? null : caller, callee: callee === say ? null : callee };
    this.#lift = { ...this.#lift, saying };
  }

  /** Stops what is being said, if anything is. */
  hush(to: 'caller' | 'callee'): void {
    if (this.#lift.saying[to] === null) return;
    this.#lift = { ...this.#lift, saying: { ...this.#lift.saying, [to]: null } };
    this.do({ type: 'hush', to });
  }

  tone(tone: Tone | null): void {
    this.do({ type: 'tone', tone });
  }

  start(timer: Timer, after: Millis): void {
    const { call, next, timers } = this.#lift;
    const run = next.run;
    this.#lift = { ...this.#lift, next: { ...next, run: run + 1 }, timers: { ...timers, [timer]: run } };
    this.do({ type: 'start-timer', timer, call, run, after: Math.min(after, LONGEST_TIMER) as Millis });
  }

  /** The timer has fired: it no longer runs. */
  fired(timer: Timer): void {
    const { [timer]: _, ...timers } = this.#lift.timers;
    this.#lift = { ...this.#lift, timers };
  }

  stop(...stopping: Timer[]): void {
    for (const timer of stopping) {
      if (this.#lift.timers[timer] === undefined) continue;
      this.fired(timer);
      this.do({ type: 'stop-timer', timer });
    }
  }

  stopAll(): void {
    this.stop(...(Object.keys(this.#lift.timers) as Timer[]));
  }

  /** Takes an answer from the microphone, under a number no other request of this call has. */
  listen(take: 'answer' | 'name', longest: Millis): number {
    const listen = this.#number();
    this.do({ type: 'listen', call: this.#lift.call, listen, take, longest });
    return listen;
  }

  listenNoMore(): void {
    this.do({ type: 'listen', call: this.#lift.call, listen: null });
  }

  /** Asks the bench for a job; one that is never answered is for the caller of this to end. */
  bench(job: Job): number {
    const request = this.#number();
    this.do({ type: 'bench', call: this.#lift.call, request, job });
    return request;
  }

  /**
   * Asks the platform, under a number no other request of this call has. What the call waits for is answered, or counts as a no: all
   * but its end, who is heard in it, and a name that is nice to have.
   */
  ask(ask: Ask): number {
    const request = this.#number();
    this.do({ type: 'ask', call: this.#lift.call, request, ask });
    const beside =
      ask.type === 'end' || ask.type === 'name' || (ask.type === 'voice' && ask.telling.kind === 'windows');
    if (!beside) this.start('reply', millis(this.rules.reply + BELT));
    return request;
  }

  #number(): number {
    const { next } = this.#lift;
    this.#lift = { ...this.#lift, next: { ...next, request: next.request + 1 } };
    return next.request;
  }
}
