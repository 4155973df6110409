import { BehaviorSubject, ReplaySubject, Subject } from 'rxjs';
import type {
  ControlRoomDoor,
  Deed,
  Frame,
  LedgerLine,
  MqttSeen,
  Snapshot,
  TimelineEntry,
  World,
} from '../../../sim/world/port.ts';
import type { EndingReason, Phase } from '../../../src/protocol/call.ts';
import { type Lockdown, OPEN } from '../../../src/protocol/lockdown.ts';
import { type Instant, type Key, type Millis, type Money, millis } from '../../../src/protocol/units.ts';

/** What is heard in each phase: one tone each, so that a test knows the phase by ear. Hz. */
export const TONES: Partial<Record<Phase, number>> = {
  language: 440,
  pin: 600,
  number: 700,
  ringing: 480,
  greeting: 900,
  talking: 1_000,
  ended: 620,
};
/** What the called party hears while talking. Hz. */
export const CALLEE_TONE = 1_500;

export const PIN = '12345678';
export const NUMBER = '2025550123';
const LIMIT_MS = 15 * 60_000;
const SAMPLES = 320;

const RANK = { open: 0, disabled: 1, lockdown: 2 } as const;

/** A world that goes through a call as a person leads it, with a pure tone for each thing said, and no terminal behind it. */
export class FakeWorld implements World {
  readonly snapshots: BehaviorSubject<Snapshot>;
  readonly timeline = new ReplaySubject<TimelineEntry>(500);
  readonly mqtt = new ReplaySubject<MqttSeen>(200);
  office: ControlRoomDoor | null = {
    address: 'http://127.0.0.1:8081',
    enter: async () => 'tierphone=session-of-dana; Path=/; HttpOnly; SameSite=Strict',
  };
  readonly earpiece = new Subject<Frame>();
  readonly calleeEar = new Subject<Frame>();
  readonly deeds: Deed[] = [];
  readonly lines: LedgerLine[] = [];
  /** Loudest sample of each frame that came from a page's microphone. */
  readonly microphone: number[] = [];

  #keys = '';
  #lifted = 0;
  #accepted: number | null = null;
  #sample = 0;
  #frames = 0;
  #due = performance.now();
  readonly #clock: NodeJS.Timeout;

  constructor() {
    this.snapshots = new BehaviorSubject<Snapshot>({
      terminal: 'wall-3',
      facility: 'demo-county',
      unit: 'pod-b',
      place: { name: 'Demo County Jail', zone: 'America/Chicago' },
      hook: 'on',
      phase: 'idle',
      language: null,
      talked: null,
      left: null,
      balance: null,
      mos: null,
      otherVoice: null,
      ending: null,
      mouth: 'test-signal',
      asked: null,
      captions: { caller: [], callee: [] },
      callee: 'idle',
      blocking: false,
      recording: null,
      calleeHabit: 'manual',
      lockdown: OPEN,
      lockdowns: {
        facility: { state: 'open', mode: 'drain' },
        unit: { state: 'open', mode: 'drain' },
        terminal: { state: 'open', mode: 'drain' },
      },
      faults: [],
      link: 'up',
      registration: 'registered',
      platform: 'up',
      controlRoom: true,
      canStartOver: true,
      tryThis: [
        { name: 'Ana Morales', pin: PIN, number: `+1${NUMBER}`, note: 'her mother, prepaid', voice: null },
        { name: 'Dale Whitaker', pin: '22345678', number: '+12025550188', note: 'his attorney: private', voice: null },
        { name: 'Anyone', pin: '', number: '*77', note: 'crisis hotline, free, no PIN', voice: null },
      ],
    });
    this.#clock = setInterval(() => this.#tick(), 10);
  }

  async act(deed: Deed): Promise<void> {
    this.deeds.push(deed);
    const now = this.snapshots.value;
    switch (deed.do) {
      case 'lift':
        if (now.hook === 'off') throw new Error('the handset is lifted already');
        this.#lifted = Date.now();
        this.#note('hardware', 'handset lifted', 'lifted');
        this.#set({ hook: 'off', ending: null });
        if (now.lockdown.state !== 'open') this.#end('lockdown');
        else this.#enter('language', 'Language is asked');
        return;
      case 'hang-up':
        this.#note('hardware', 'handset down', 'on-hook');
        if (now.phase !== 'ended' && now.phase !== 'idle') this.#end('caller-hung-up');
        this.#set({ hook: 'on', phase: 'idle', language: null, balance: null });
        return;
      case 'key':
        this.#key(deed.key);
        return;
      case 'volume':
        this.#note('hardware', `Volume ${deed.direction}`, `volume:${deed.direction}`);
        return;
      case 'hand':
        this.#set({ mouth: deed.to });
        return;
      case 'say-digits':
        return;
      case 'callee':
        this.#callee(deed.act);
        return;
      case 'callee-digit':
        this.#note('callee', `Called party pressed ${deed.digit}`, 'callee:digit');
        if (deed.digit === '1') this.#callee('accept');
        return;
      case 'callee-habit':
        this.#set({ calleeHabit: deed.habit });
        return;
      case 'platform':
        this.#set({ platform: deed.state });
        return;
      case 'lockdown':
        this.#order(deed);
        return;
      case 'unblock':
      case 'start-over':
        return;
    }
  }

  /** Leads the call on to ringing, or on to talking. */
  async lead(to: 'ringing' | 'talking'): Promise<void> {
    await this.act({ do: 'lift' });
    for (const key of `1${PIN}${NUMBER}#`) await this.act({ do: 'key', key: key as Key });
    if (to === 'ringing') return;
    await this.act({ do: 'callee', act: 'answer' });
    await this.act({ do: 'callee', act: 'accept' });
  }

  mouthpiece(frame: Frame): void {
    this.microphone.push(frame.reduce((loudest, s) => Math.max(loudest, Math.abs(s)), 0));
  }

  say(): void {}

  calleeMouthpiece(): void {}

  get tryThis(): Snapshot['tryThis'] {
    return this.snapshots.value.tryThis;
  }

  async ledger(): Promise<readonly LedgerLine[]> {
    return this.lines;
  }

  async close(): Promise<void> {
    clearInterval(this.#clock);
  }

  #key(key: Key): void {
    const { phase } = this.snapshots.value;
    this.#note('hardware', 'Key pressed', 'key');
    if (phase === 'language') {
      this.#set({ language: key === '2' ? 'es' : 'en' });
      this.#keys = '';
      this.#enter('pin', 'PIN is asked');
    } else if (phase === 'pin') {
      this.#keys += key;
      if (this.#keys.length < PIN.length) return;
      this.#publish('requests', { type: 'identify', sealedPin: 'eyJhbGciOiJFQ0RILUVTIn0..kQ' });
      const known = this.#keys === PIN;
      this.#keys = '';
      if (known) this.#enter('number', 'Known caller; number is asked');
      else this.#end('pin-wrong');
    } else if (phase === 'number') {
      if (key !== '#') this.#keys += key;
      else this.#dial();
    }
  }

  #dial(): void {
    this.#publish('requests', { type: 'authorise', dialled: this.#keys });
    if (this.#keys !== NUMBER) {
      this.#end('number-not-allowed');
      return;
    }
    this.#note('platform', 'Granted: 15 minutes, prepaid', 'granted');
    this.#set({ callee: 'ringing', balance: 12_400_000 as Money });
    this.#note('sip', 'INVITE sent', 'sip:invite');
    this.#enter('ringing', 'The called phone rings');
    const { calleeHabit } = this.snapshots.value;
    if (calleeHabit === 'busy') this.#end('busy');
  }

  #callee(act: (Deed & { do: 'callee' })['act']): void {
    const { callee } = this.snapshots.value;
    if (callee === 'idle') throw new Error('no call is at the called party');
    this.#note('callee', `Called party: ${act}`, `callee:${act}`);
    if (act === 'answer') {
      this.#set({ callee: 'answered' });
      this.#enter('greeting', 'The greeting is said');
    } else if (act === 'accept') {
      this.#accepted = Date.now();
      this.#set({ callee: 'accepted', talked: 0 as Millis, left: LIMIT_MS as Millis });
      this.#enter('talking', 'Accepted: the parties talk');
    } else {
      const endings = { refuse: 'refused-by-callee', block: 'blocked-by-callee', reject: 'busy' } as const;
      this.#end(act === 'hang-up' ? 'callee-hung-up' : endings[act]);
    }
  }

  #order(deed: Deed & { do: 'lockdown' }): void {
    const { state, mode, scope, reason } = deed;
    const lockdowns = { ...this.snapshots.value.lockdowns, [scope]: { state, mode } };
    const [worst] = (['facility', 'unit', 'terminal'] as const)
      .map((source) => ({ source, ...lockdowns[source] }))
      .sort((a, b) => RANK[b.state] - RANK[a.state]);
    const lockdown: Lockdown = worst && worst.state !== 'open' ? { ...worst, reason } : OPEN;
    this.#note('staff', `${scope} ${state} (${mode}): ${reason}`, `lockdown:${scope}:${state}`);
    this.#set({ lockdowns, lockdown });
    const { phase } = this.snapshots.value;
    if (lockdown.state !== 'open' && mode === 'drop' && phase !== 'idle' && phase !== 'ended') this.#end('lockdown');
  }

  #end(reason: EndingReason): void {
    const talked = millis(this.#accepted === null ? 0 : Date.now() - this.#accepted);
    const during = this.snapshots.value.phase;
    this.#accepted = null;
    this.#keys = '';
    this.#note('core', `Ended: ${reason}`, `ended:${reason}`);
    this.#set({ phase: 'ended', ending: reason, callee: 'idle', talked: null, left: null });
    this.lines.push({
      call: crypto.randomUUID(),
      lifted: this.#lifted as Instant,
      caller: 'Ana Morales',
      number: `+1${NUMBER}`,
      talked,
      ending: reason,
      during,
      bound: null,
      privileged: false,
      charged: Math.round((talked / 60_000) * 60_000) as Money,
    });
    this.#publish('records', { type: 'record', ending: reason, talked });
  }

  #enter(phase: Phase, text: string): void {
    this.#note('core', text, `phase:${phase}`);
    this.#set({ phase });
  }

  #set(change: Partial<Snapshot>): void {
    this.snapshots.next({ ...this.snapshots.value, ...change });
  }

  #note(source: TimelineEntry['source'], text: string, tag: string): void {
    const at = Date.now();
    const since = this.#lifted ? millis(at - this.#lifted) : null;
    this.timeline.next({ at: at as Instant, since, source, text, tag });
  }

  #publish(channel: string, body: object): void {
    const { facility, terminal } = this.snapshots.value;
    this.mqtt.next({
      at: Date.now() as Instant,
      topic: `tierphone/v1/${facility}/terminals/${terminal}/${channel}`,
      retained: false,
      payload: JSON.stringify({ v: 1, id: crypto.randomUUID(), at: Date.now(), body }),
    });
  }

  /** Frames by the wall clock: as many as are due, so that a busy machine does not slow the sound. */
  #tick(): void {
    while (this.#due <= performance.now()) {
      this.#due += 20;
      const { phase, hook } = this.snapshots.value;
      this.earpiece.next(tone(hook === 'off' ? (TONES[phase] ?? 0) : 0, this.#sample));
      this.calleeEar.next(tone(phase === 'talking' ? CALLEE_TONE : 0, this.#sample));
      this.#sample += SAMPLES;
      this.#frames += 1;
      if (this.#accepted !== null && this.#frames % 10 === 0) {
        const talked = millis(Date.now() - this.#accepted);
        this.#set({ talked, left: millis(LIMIT_MS - talked) });
      }
    }
  }
}

function tone(frequency: number, from: number): Frame {
  const frame = new Int16Array(SAMPLES);
  if (frequency === 0) return frame;
  for (let i = 0; i < SAMPLES; i++) {
    frame[i] = Math.round(8_000 * Math.sin((2 * Math.PI * frequency * (from + i)) / 16_000));
  }
  return frame;
}
