import type { MessagePort } from 'node:worker_threads';
import { Announcer } from '../../audio/announcer.ts';
import { Bridge } from '../../audio/bridge.ts';
import { FRAME } from '../../audio/frame.ts';
import { Handset } from '../../audio/handset.ts';
import { plainHandset } from '../../audio/handset-sound.ts';
import { KeyBeep } from '../../audio/key-beep.ts';
import type { LoopbackResult, MediaEvent, TapDirection } from '../../audio/port.ts';
import { TREATMENTS } from '../../audio/profile.ts';
import { Recordings } from '../../audio/recordings.ts';
import { ToneSource } from '../../audio/tone.ts';
import type { CallOptions } from '../port.ts';
import { Complaints } from './complaints.ts';
import type { Command, EngineOptions } from './messages.ts';
import { Microphone } from './microphone.ts';
import { Session } from './session.ts';
import { bindPair } from './socket.ts';
import { decodeName } from './spoken-name.ts';
import type { MediaStats } from './stats.ts';
import { Taps } from './taps.ts';

/** Ticks in which nothing sounds before there are none: five seconds. */
const QUIET = 250;

/** All sound of a terminal, a frame at a time: the handset on one side, the media of calls on the other. */
export class Engine {
  /** Our own recordings are in memory: none is waited for any more. */
  readonly loaded: Promise<void>;
  readonly #options: EngineOptions;
  readonly #tell: (event: MediaEvent) => void;
  readonly #now: () => number;
  readonly #complaints: Complaints;
  readonly #handset: Handset;
  readonly #recordings: Recordings;
  readonly #announcer: Announcer;
  readonly #tone = new ToneSource();
  readonly #keyBeep = new KeyBeep();
  readonly #bridge: Bridge;
  /** Packets wait this long, ms, and sound is not bent; null where it may be. */
  readonly #steady: number | null;
  readonly #taps = new Taps();
  readonly #microphone = new Microphone();
  readonly #sessions = new Map<string, Session>();
  /** Calls whose port is being had. */
  readonly #opening = new Set<string>();
  #last: { call: string; stats: MediaStats } | null = null;
  #skipped = 0;
  /** Ticks since anything sounded or was asked for. */
  #quiet = 0;
  readonly #mouth = new Int16Array(FRAME);
  readonly #far = new Int16Array(FRAME);
  readonly #out = new Int16Array(FRAME);
  readonly #mix = new Float32Array(FRAME);
  readonly #speech = new Float32Array(FRAME);

  /** `now` is a clock that never goes back, ms. `stir` is called where ticks are wanted again during a rest. */
  constructor(options: EngineOptions, tell: (event: MediaEvent) => void, now: () => number, stir = () => {}) {
    this.#now = now;
    this.#options = options;
    this.#tell = tell;
    this.#complaints = new Complaints((detail) => tell({ type: 'malformed', detail }));
    const { handset = plainHandset() } = options;
    const { ducks, steady } = TREATMENTS[handset.profile];
    this.#steady = steady;
    this.#bridge = new Bridge((call, direction, samples) => this.#passed(call, direction, samples), ducks);
    this.#handset = new Handset(options.device, handset, {
      state: (state, detail) => tell({ type: 'device', state, detail }),
      malformed: (detail) => this.#complain('device', detail),
      stir,
      xrun: (part, count) => tell({ type: 'xrun', part, count }),
    });
    this.#recordings = new Recordings(options.recordings, decodeName, {
      missing: (clip, language) => tell({ type: 'clip-missing', clip, language }),
      broken: (detail) => this.#complain(detail, detail),
    });
    this.#announcer = new Announcer(this.#recordings, ({ call, say }) => tell({ type: 'said', call, say }));
    this.loaded = this.#recordings
      .preload()
      .catch((cause: Error) => this.#complain('preload', `recordings: ${cause.message}`));
  }

  /** Does what needs no answer. */
  obey(command: Exclude<Command, { id: number }>): void {
    this.#quiet = 0;
    switch (command.type) {
      case 'say':
        if (command.request.to === 'caller' || command.request.to === 'both') this.#tone.set(null);
        this.#announcer.say(command.request);
        break;
      case 'name':
        this.#recordings.keep(`site/caller-${command.caller}`, decodeName(command.name));
        break;
      case 'hush':
        this.#announcer.hush(command.to);
        break;
      case 'tone':
        this.#tone.set(command.tone);
        break;
      case 'key-beep':
        this.#keyBeep.start();
        break;
      case 'bridge':
        this.#setBridge(command.call, command.on);
        break;
      case 'digit':
        this.#contain(command.call, (session) => session.press(command.digit));
        break;
      case 'volume':
        this.#handset.setVolume(command.gain);
        break;
      case 'levels':
        this.#bridge.setVoice(command.ear, command.levels.voice);
        this.#announcer.setLevel(command.ear, command.levels.prompt);
        break;
      case 'echo':
        this.#handset.echo(command.on && this.#isFree);
        break;
      case 'connect':
        this.#contain(command.call, (session) => session.connect(command.remote));
        break;
      case 'release':
        this.#release(command.call);
        break;
    }
  }

  /** Binds RTP for `call`; the port. Rejects where none can be had, or the call is open, or released meanwhile. */
  async open(call: string, address: string, { privileged }: CallOptions): Promise<number> {
    if (this.#sessions.has(call) || this.#opening.has(call)) throw new Error(`media of call ${call} is open already`);
    this.#opening.add(call);
    this.#handset.reset();
    this.#microphone.close();
    const wanted = () => this.#opening.delete(call);
    this.#quiet = 0;
    const sockets = await bindPair(address).catch((cause: Error) => {
      wanted();
      throw cause;
    });
    if (!wanted()) {
      sockets.rtp.close();
      sockets.rtcp.close();
      throw new Error(`media of call ${call} was released while it opened`);
    }
    const session = new Session(
      sockets,
      { timeout: this.#options.mediaTimeout, now: this.#now, steady: this.#steady },
      {
        digit: (digit, source) => this.#tell({ type: 'far-digit', call, digit, source }),
        lost: (silence) => this.#tell({ type: 'media-lost', call, silence }),
        quality: (quality) => this.#tell({ type: 'quality', call, quality }),
        failed: (cause) => this.#fail(call, cause),
        malformed: (kind, detail) => this.#complain(kind, detail),
      },
    );
    this.#sessions.set(call, session);
    this.#taps.open(call, privileged);
    return session.port;
  }

  /**
   * Gives `port` what passes the bridge of `call` from now on, as `readTap` reads it. Throws where the call is not open or is
   * privileged.
   */
  tap(call: string, port: MessagePort): void {
    this.#taps.add(call, port);
  }

  /**
   * Gives `port` what the caller says from now on, as `readTap` reads it, until a call begins. Throws while one is up, and where the
   * card does not run.
   */
  microphone(port: MessagePort): void {
    if (!this.#isFree) throw new Error('microphone: a call is up');
    const { fault } = this.#handset;
    if (fault !== null) throw new Error(`microphone: ${fault}`);
    this.#quiet = 0;
    this.#microphone.listen(port);
  }

  /** Tries the handset out. Rejects while a call is up. */
  async loopback(): Promise<LoopbackResult> {
    if (!this.#isFree) throw new Error('loop-back test: a call is up');
    return this.#handset.loopback();
  }

  /** Of an open call, or of the one released last. */
  stats(call: string): MediaStats {
    const stats = this.#sessions.get(call)?.stats ?? (this.#last?.call === call ? this.#last.stats : null);
    if (!stats) throw new Error(`no media of call ${call}`);
    const { capture, playback } = this.#handset.lost;
    return { ...stats, ticksSkipped: this.#skipped, overruns: capture, underruns: playback };
  }

  /** 20 ms of everything. `skipped` ticks were passed over before this one. */
  tick(skipped: number): void {
    const now = this.#now();
    if (skipped > 0) this.#skip(skipped);
    this.#handset.read(this.#mouth);
    this.#announcer.advance();
    // What goes out goes first, as near to its time as can be.
    for (const call of this.#sessions.keys()) this.#contain(call, (session) => this.#say(call, session, now));
    this.#mix.set(this.#announcer.speech('caller'));
    this.#tone.add(this.#mix);
    for (const call of this.#sessions.keys()) this.#contain(call, (session) => this.#hear(call, session, now));
    const sounds = this.#tone.sounds || this.#keyBeep.sounds;
    this.#keyBeep.add(this.#mix);
    this.#microphone.pass(this.#mouth, sounds || this.#announcer.speaks('caller'));
    this.#handset.write(this.#mix);
    this.#announcer.settle();
    const isAtRest = this.#isFree && !sounds && !this.#announcer.busy && !this.#microphone.heard;
    this.#quiet = isAtRest ? this.#quiet + 1 : 0;
  }

  /** Nothing has sounded for a while, and nothing is under way: ticks may stop. */
  get restful(): boolean {
    return this.#quiet > QUIET && this.#handset.restful;
  }

  /** Ticks stop, but for one now and then. */
  rest(): void {
    this.#handset.rest();
  }

  /** Ticks go on. Returns how many are wanted at once, so that what sounds next is not held back. */
  wake(): number {
    return this.#handset.wake();
  }

  async close(): Promise<void> {
    this.#opening.clear();
    this.#microphone.close();
    for (const call of [...this.#sessions.keys()]) this.#release(call);
    await this.#handset.close();
  }

  get #isFree(): boolean {
    return this.#sessions.size === 0 && this.#opening.size === 0;
  }

  #say(call: string, session: Session, now: number): void {
    if (this.#announcer.callee === call) this.#speech.set(this.#announcer.speech('callee'));
    else this.#speech.fill(0);
    this.#bridge.passMouth(call, this.#mouth, this.#speech, this.#out, this.#announcer.speaks('callee'));
    session.send(this.#out, now);
  }

  #hear(call: string, session: Session, now: number): void {
    session.receive(this.#far, now);
    this.#bridge.passFar(call, this.#far, this.#mix, this.#announcer.speaks('caller'));
  }

  /** Sound from before a bridge opened is not heard after, nor sound from before it shut. */
  #setBridge(call: string, on: boolean): void {
    if (this.#bridge.isOpen(call) === on) return;
    this.#bridge.set(on ? call : null);
    this.#handset.flush();
    for (const each of this.#sessions.keys()) this.#contain(each, (session) => session.flush());
  }

  #release(call: string): void {
    this.#opening.delete(call);
    const session = this.#sessions.get(call);
    this.#sessions.delete(call);
    this.#setBridge(call, false);
    if (!session) return;
    this.#taps.end(call);
    this.#last = { call, stats: session.stats };
    try {
      session.close();
    } catch (cause) {
      this.#complain('session', `media of a call could not say goodbye: ${reason(cause)}`);
    }
  }

  /** Whatever throws for one call ends that call's media, and nothing else. */
  #contain(call: string, act: (session: Session) => void): void {
    const session = this.#sessions.get(call);
    if (!session) return;
    try {
      act(session);
    } catch (cause) {
      this.#fail(call, cause);
    }
  }

  /** To the call it is as if nothing more were heard: that ends it. */
  #fail(call: string, cause: unknown): void {
    if (!this.#sessions.has(call)) return;
    this.#release(call);
    this.#complain('session', `media of a call ended by a fault of ours: ${reason(cause)}`);
    this.#tell({ type: 'media-lost', call, silence: 0 });
  }

  /** 20 ms of one party passed the bridge. */
  #passed(call: string, direction: TapDirection, samples: Int16Array): void {
    if (!this.#taps.has(call)) return;
    const session = this.#sessions.get(call);
    const time = direction === 'far' ? session?.farTime : session?.nearTime;
    this.#taps.pass(call, direction, time ?? null, samples);
  }

  #skip(ticks: number): void {
    this.#skipped += ticks;
    this.#handset.skip(ticks);
    for (const call of this.#sessions.keys()) this.#contain(call, (session) => session.skip(ticks));
  }

  #complain(kind: string, detail: string): void {
    this.#complaints.complain(kind, detail, this.#now());
  }
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
