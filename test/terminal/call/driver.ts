import type { Heard, Reply } from '../../../src/protocol/ask.ts';
import type { Grant, Quality } from '../../../src/protocol/call.ts';
import type { Lockdown } from '../../../src/protocol/lockdown.ts';
import type { Hotline } from '../../../src/protocol/messages.ts';
import {
  type CallerId,
  type CallId,
  type FacilityId,
  type Instant,
  type Key,
  type Millis,
  type Money,
  millis,
  type PhoneNumber,
  type TerminalId,
  type UnitId,
} from '../../../src/protocol/units.ts';
import { ModelId, Voice, type VoiceFeatures } from '../../../src/protocol/voice.ts';
import { type Again, Digits, type VoiceTask } from '../../../src/protocol/voice-check.ts';
import type { Action } from '../../../src/terminal/call/action.ts';
import type { Clip } from '../../../src/terminal/call/clip.ts';
import type { CoreEvent, Timer } from '../../../src/terminal/call/event.ts';
import { CallRules, type Settings } from '../../../src/terminal/call/settings.ts';
import { initial, type State, step } from '../../../src/terminal/call/step.ts';

/** A moment to start from. */
export const NOON = 1_800_000_000_000 as Instant;
export const MINUTE = 60_000;

export const IDS = { facility: 'north' as FacilityId, unit: 'b' as UnitId, terminal: 'b-1' as TerminalId };

export const QUALITY: Quality = {
  codec: 'PCMU',
  encrypted: true,
  mos: { now: 4.2, mean: 4.3, least: 3.9 },
  loss: 0.01,
  jitter: 4,
  delay: 40,
  roundTrip: 62,
  far: { loss: 0, jitter: 2 },
};

/** What a model makes of a voice, where a test looks for it. */
export const VOICEPRINT = 'Vm9pY2Vwcmlu';

export const FEATURES: VoiceFeatures = {
  embeddings: [{ model: ModelId.parse('small@0123456789ab'), values: VOICEPRINT }],
  netSeconds: 2.5,
  snr: 30,
  band: 'wide',
  level: -26,
  clipped: 0,
};

export const CRISIS: Hotline = {
  code: '*77',
  number: '+18005550177' as PhoneNumber,
  limit: (10 * MINUTE) as Millis,
  hidden: true,
  privileged: true,
};

/** Settings of a terminal: the rules' own defaults, but for `rules` (durations as people write them). */
export const settings = (rules: object = {}, hotlines: readonly Hotline[] = [CRISIS]): Settings => ({
  ...IDS,
  rules: CallRules.parse(rules),
  hotlines,
  maintenance: true,
});

/** A grant of ten minutes of prepaid talk, the last, but for `change`. */
export const grant = (change: Partial<Grant> = {}): Grant => ({
  number: '+12125550123' as PhoneNumber,
  quota: (10 * MINUTE) as Millis,
  final: 'number-limit',
  expected: (10 * MINUTE) as Millis,
  validity: (60 * MINUTE) as Millis,
  until: null,
  charge: { kind: 'prepaid', rate: 60_000 as Money, balance: 25_000_000 as Money },
  privileged: false,
  recorded: true,
  digits: 'block',
  ...change,
});

export const OPEN: Lockdown = { state: 'open', mode: 'drain', source: null, reason: null };
export const locked = (mode: Lockdown['mode'], state: Lockdown['state'] = 'lockdown'): Lockdown => ({
  state,
  mode,
  source: 'facility',
  reason: 'count',
});

/** An action in a few words; null for timers, which a test sees by waiting. */
function shown(action: Action): string | null {
  switch (action.type) {
    case 'start-timer':
    case 'stop-timer':
      return null;
    case 'say':
      return `say ${action.to} ${action.language}: ${action.clips.join(' ')}`;
    case 'hush':
      return `hush ${action.to}`;
    case 'key-beep':
      return null;
    case 'set-levels':
    case 'warm-voice':
    case 'watch':
    case 'keep-name':
      return action.type;
    case 'listen':
      return `listen ${action.listen ?? 'no more'}`;
    case 'tell':
      return `tell ${action.event.type} ${action.event.state}`;
    case 'tone':
      return `tone ${action.tone ?? 'off'}`;
    case 'ask':
      if (action.ask.type === 'voice') return `ask ${action.request} voice ${action.ask.telling.kind}`;
      return `ask ${action.request} ${action.ask.type}${'used' in action.ask ? ` ${action.ask.used}` : ''}`;
    case 'dial':
      return `dial ${action.number}${action.privileged ? ' privileged' : ''}`;
    case 'hang-up':
      return 'hang-up';
    case 'bridge':
      return `bridge ${action.on ? 'on' : 'off'}`;
    case 'send-digit':
      return `send ${action.digit}`;
    case 'set-volume':
      return `volume ${action.gain}`;
    case 'echo':
      return `echo ${action.on ? 'on' : 'off'}`;
    case 'bench':
      return `bench ${action.job.type}`;
    case 'journal':
      return `journal ${action.entry.type === 'record' ? `record ${action.entry.record.ending.reason}` : action.entry.type}`;
  }
}

export const DIGITS = Digits.parse('47291');

/** The core with a clock and timers: a test does things to it and reads what it does. */
export class Phone {
  state: State;
  at: number = NOON;
  readonly actions: Action[] = [];
  readonly #timers = new Map<Timer, { due: number; run: number; call: CallId }>();
  #lifts = 0;

  constructor(of: Settings = settings()) {
    this.state = initial(of);
    this.do({ type: 'lockdown', lockdown: OPEN });
  }

  get phase() {
    return this.state.call.phase;
  }

  get call(): CallId {
    return `00000000-0000-4000-8000-${String(this.#lifts).padStart(12, '0')}` as CallId;
  }

  /** The record of the last call that has one. */
  get record() {
    const entry = this.actions.findLast((a) => a.type === 'journal' && a.entry.type === 'record');
    if (entry?.type !== 'journal' || entry.entry.type !== 'record') throw new Error('no record was written');
    return entry.entry.record;
  }

  /** Feeds one event; tells what was done, timers left out. */
  do(event: CoreEvent): string[] {
    const { state, actions } = step(this.state, { ...event, at: this.at as Instant });
    this.state = state;
    this.actions.push(...actions);
    for (const action of actions) {
      if (action.type === 'start-timer') {
        this.#timers.set(action.timer, { due: this.at + action.after, run: action.run, call: action.call });
      }
      if (action.type === 'stop-timer') this.#timers.delete(action.timer);
    }
    return actions.map(shown).filter((line) => line !== null);
  }

  /** Lets time pass; timers fire when they are due. */
  wait(span: number): string[] {
    const until = this.at + span;
    const lines: string[] = [];
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due);
      if (!next || next[1].due > until) break;
      const [timer, { due, run, call }] = next;
      this.at = Math.max(due, this.at);
      this.#timers.delete(timer);
      lines.push(...this.do({ type: 'timer', timer, call, run }));
    }
    this.at = until;
    return lines;
  }

  get timers(): Timer[] {
    return [...this.#timers.keys()].sort();
  }

  lift(): string[] {
    this.#lifts += 1;
    return this.do({ type: 'off-hook', call: this.call });
  }

  hangUp = () => this.do({ type: 'on-hook' });

  /** Presses keys; tells what the last did. */
  keys(keys: string): string[] {
    return [...keys].map((key) => this.do({ type: 'key', key: key as Key })).at(-1) ?? [];
  }

  /** All that is being said to `to` is heard to its end. */
  said(to: 'caller' | 'callee' = 'caller'): string[] {
    const saying = this.state.call.phase === 'idle' ? null : this.state.call.lift.saying[to];
    if (saying === null) throw new Error(`nothing is being said to the ${to}`);
    return this.do({ type: 'said', call: this.call, say: saying });
  }

  /** Answers the request made last. */
  reply(reply: Reply): string[] {
    return this.do({ type: 'reply', call: this.call, request: this.lastRequest, reply });
  }

  noReply = () => this.do({ type: 'no-reply', call: this.call, request: this.lastRequest, cause: 'offline' });

  get lastRequest(): number {
    const ask = this.actions.findLast((a) => a.type === 'ask');
    if (ask?.type !== 'ask') throw new Error('nothing was asked');
    return ask.request;
  }

  /** Who he is is known; `voice`: what is asked of his voice. */
  known(voice?: VoiceTask): string[] {
    const caller = 'c7' as CallerId;
    return this.reply({ type: 'identify', result: 'known', caller, language: null, ...(voice && { voice }) });
  }

  /** What came of the answer that is listened to. */
  heard(heard: Heard = { kind: 'answer', voice: new Voice({ answers: [FEATURES], first: [] }) }): string[] {
    const { call } = this.state;
    const listen = 'answering' in call && call.answering.at === 'listening' ? call.answering.listen : -1;
    return this.do({ type: 'answer', call: this.call, listen, heard });
  }

  /** Who spoke in the last windows of the call. */
  windows(): string[] {
    return this.do({ type: 'windows', call: this.call, voice: new Voice({ answers: [FEATURES], first: [FEATURES] }) });
  }

  /** What the platform makes of what it was told last. */
  judged(result: 'accepted' | 'enrolled' | 'not-enrolled' | 'flagged'): string[] {
    return this.reply({ type: 'voice', result });
  }

  /** The platform wants more digits. */
  askedToSay(again: Again | null = null): string[] {
    return this.reply({ type: 'voice', result: 'say', say: DIGITS, again });
  }

  granted(change: Partial<Grant> = {}): string[] {
    return this.reply({ type: 'authorise', result: 'granted', grant: grant(change) });
  }

  extended(change: Partial<Grant> = {}): string[] {
    return this.reply({ type: 'extend', result: 'granted', grant: grant(change) });
  }

  far(type: 'ringing' | 'answered' | 'far-ended'): string[] {
    return this.do({ type, call: this.call });
  }

  /** Nothing has come from the far end for `silence` ms. */
  mediaLost(silence: number): string[] {
    return this.do({ type: 'media-lost', call: this.call, silence: millis(silence) });
  }

  farDigit = (digit: Key) => this.do({ type: 'far-digit', call: this.call, digit });

  /** The bench answers what it was asked last. */
  benched(ok: boolean, clips: readonly Clip[] = []): string[] {
    const { call } = this.state;
    const request = call.phase === 'maintenance' && 'request' in call.stage ? call.stage.request : -1;
    return this.do({ type: 'bench-reply', call: this.call, request, ok, clips });
  }

  /** Brings a fresh lift to `phase`, all going well; a grant but for `change`. */
  to(phase: string, change: Partial<Grant> = {}): this {
    const voice: VoiceTask | undefined =
      phase === 'verifying'
        ? { do: 'verify', say: DIGITS }
        : phase === 'enrolling'
          ? { do: 'enrol', needed: true }
          : undefined;
    const steps: [string, () => unknown][] = [
      ['idle', () => this.lift()],
      ['language', () => this.keys('1')],
      ['pin', () => this.keys('12345678')],
      ['identifying', () => this.known(voice)],
      ['number', () => this.keys('2125550123#')],
      ['authorising', () => this.granted(change)],
      ['dialling', () => this.far('ringing')],
      ['ringing', () => this.far('answered')],
      ['greeting', () => this.farDigit('1')],
      ['talking', () => this.far('far-ended')],
    ];
    if (phase === 'maintenance') steps.splice(1, steps.length, ['language', () => this.keys('*#4711#')]);
    for (const [at, go] of steps) if (this.phase !== phase && this.phase === at) go();
    if (this.phase !== phase) throw new Error(`came to ${this.phase} instead of ${phase}`);
    return this;
  }
}
