import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { isQuiet, SampleFifo } from '../fifo.ts';
import { RATE, TICK_MS } from '../frame.ts';
import { hasOpen, whyGone } from './card.ts';
import { Drift } from './drift.ts';
import type { CardNames, DeviceOptions } from './options.ts';
import { Program } from './program.ts';
import { FromHandset, ToHandset } from './rate.ts';
import type { DeviceListener, Part, SoundDevice } from './sound-device.ts';

/** Playback that has lived this long plays, ms. */
const SETTLED = 300;

/** The longest that a program is waited for to open its card before sound is given to it all the same, ms. */
const OPENING = 3_000;

/** A card that worked and is gone for no longer than this blinked, and costs no call, ms. */
const BLINK = 5_000;

/** In a steady device a quiet frame is waited for through so many pulls of the microphone, and frames of the earpiece. */
const STEADY = { pulls: 3_000, frames: 9 } as const;

/** After a rest, what waits in pipes is as old as the rest: so long it is thrown away, ms. */
const STALE = 100;

/** In which programs say that they had nothing to do while we rested, ms. */
const EXCUSED = 1_000;

/** Frames that a card holds before it begins to play, less the one of each tick. */
const PRIMING = 3;

/** Frames held for a playback that does not take them; more are lost, so that nothing is heard late. */
const HELD = 5;

const PARTS: readonly Part[] = ['capture', 'playback'];

/** A sound card, or anything, through two programs: raw 16-bit little-endian mono on stdout and stdin. */
export class CommandsDevice implements SoundDevice {
  readonly #listener: DeviceListener;
  readonly #programs: Record<Part, Program>;
  readonly #well: Record<Part, boolean> = { capture: false, playback: false };
  /** What was told last: all is well, or why a part is not; null before anything was. */
  #told: 'ok' | { part: Part; why: string } | null = null;
  readonly #fifo: SampleFifo;
  readonly #frame: number;
  readonly #in: FromHandset;
  readonly #out: ToHandset;
  readonly #drift: Drift;
  readonly #pcm: CardNames | null;
  readonly #blink: number;
  #captured: Readable | null = null;
  #played: Writable | null = null;
  /** A playback that is not yet given sound: it would wait before the card all through the call. */
  #opening: { child: ChildProcess; since: number } | null = null;
  /** Runs while a card that worked is gone. */
  #blinking: NodeJS.Timeout | null = null;
  #resting = false;
  /** When the last rest ended, performance.now(). */
  #awake = Number.NEGATIVE_INFINITY;
  /** What comes is from before. */
  #stale = false;
  /** Parts whose program had its card open when the rest began. */
  #held: readonly Part[] = [];

  /** A steady one leaves out and repeats no sound as long as clocks let it. */
  constructor(options: Extract<DeviceOptions, { kind: 'commands' }>, steady: boolean, listener: DeviceListener) {
    const rate = options.rate ?? RATE;
    this.#listener = listener;
    this.#frame = (rate * TICK_MS) / 1_000;
    this.#fifo = new SampleFifo(10 * this.#frame, this.#frame / 2, steady ? STEADY.pulls : 0);
    this.#in = new FromHandset(rate);
    this.#out = new ToHandset(rate);
    this.#drift = new Drift(this.#frame, steady ? STEADY.frames : undefined);
    this.#pcm = options.pcm ?? null;
    this.#blink = options.blink ?? BLINK;
    const program = (part: Part, started: (child: ChildProcess) => void) =>
      new Program(options[part], {
        started,
        died: (detail) => this.#died(part, options[part], detail),
        said: (line) => this.#said(part, line),
      });
    this.#programs = {
      // Read at each tick and not when it comes: that would be one more thing to wake up for.
      capture: program('capture', (child) => {
        this.#captured = child.stdout;
        this.#listener.stir();
      }),
      playback: program('playback', (child) => {
        child.stdout?.resume();
        this.#opening = { child, since: performance.now() };
        this.#listener.stir();
      }),
    };
  }

  get restful(): boolean {
    return !this.#opening && (this.#captured === null || this.#well.capture);
  }

  /**
   * Neither program is written to or read from, so both come to wait on their pipes with the card at rest: no wake-ups and
   * no CPU, and yet sound is there at once, with no program to start.
   */
  rest(): void {
    if (this.#resting) return;
    this.#resting = true;
    this.#held = PARTS.filter((part) => this.#holds(part));
  }

  wake(): number {
    if (!this.#resting) return 0;
    this.#resting = false;
    this.#awake = performance.now();
    this.#stale = true;
    return this.#played ? PRIMING : 0;
  }

  read(frame: Int16Array): void {
    if (this.#resting) {
      frame.fill(0);
      this.#seeCards();
      return;
    }
    if (this.#stale) {
      this.flush();
      this.#stale = performance.now() - this.#awake < STALE;
      if (!this.#stale) this.#drift.starved(0);
    }
    this.#take();
    this.#in.pull(this.#fifo, frame);
  }

  write(frame: Int16Array): void {
    if (this.#resting) return;
    const bytes = this.#out.bytes(frame);
    if (this.#opening) this.#tryPlay(this.#opening);
    const copies = this.#drift.frames(isQuiet(frame));
    const played = this.#played;
    if (!played?.writable || played.writableLength > HELD * bytes.length) return;
    for (let n = 0; n < copies; n++) played.write(Buffer.from(bytes));
  }

  skip(ticks: number): void {
    this.#fifo.skip(ticks * this.#frame);
    this.#drift.skipped(ticks);
  }

  flush(): void {
    this.#captured?.read();
    this.#fifo.clear();
    this.#in.flush();
    this.#out.flush();
  }

  async close(): Promise<void> {
    if (this.#blinking) clearTimeout(this.#blinking);
    await Promise.all([this.#programs.capture.close(), this.#programs.playback.close()]);
  }

  /** Whether the kernel says that a program has its card open. */
  #holds(part: Part): boolean {
    const { pid } = this.#programs[part];
    return this.#pcm !== null && pid !== null && hasOpen(this.#pcm[part], part, pid) === true;
  }

  /** A program that waits on a pipe does not notice that its card is gone. */
  #seeCards(): void {
    for (const part of this.#held.filter((part) => !this.#holds(part))) this.#programs[part].renew();
    this.#held = this.#held.filter((part) => this.#holds(part));
  }

  /** Takes what has come and there is room for. */
  #take(): void {
    const stream = this.#captured;
    if (!stream) return;
    const size = Math.min(stream.readableLength & ~1, 2 * this.#fifo.room);
    // A file and not a microphone, or a card that catches up: the rest waits, and is no delay of ours.
    if (size < stream.readableLength - 1) this.#fifo.excuse();
    const bytes: Buffer | null = size > 0 ? stream.read(size) : null;
    if (!bytes) return;
    const samples = new Int16Array(size >> 1);
    for (let n = 0; n < samples.length; n++) samples[n] = bytes.readInt16LE(2 * n);
    this.#drift.captured(samples.length);
    this.#fifo.push(samples);
    this.#isWell('capture');
  }

  /** Gives sound to a playback once it has its card open, or should have. */
  #tryPlay({ child, since }: { child: ChildProcess; since: number }): void {
    const lived = performance.now() - since;
    const open = this.#pcm && child.pid !== undefined ? hasOpen(this.#pcm.playback, 'playback', child.pid) : null;
    if (open === false ? lived < OPENING : open === null && lived < SETTLED) return;
    this.#opening = null;
    this.#played = child.stdin;
    this.#isWell('playback');
  }

  #isWell(part: Part): void {
    this.#well[part] = true;
    if (!this.#well.capture || !this.#well.playback) return;
    if (this.#blinking) clearTimeout(this.#blinking);
    this.#blinking = null;
    if (this.#told === 'ok') return;
    this.#told = 'ok';
    this.#listener.state('ok', 'handset sound: capture and playback run');
  }

  #died(part: Part, command: readonly string[], detail: string): void {
    this.#well[part] = false;
    if (part === 'capture') this.#captured = null;
    else {
      this.#played = null;
      this.#opening = null;
    }
    const tell = () => {
      const why = this.#pcm ? whyGone(this.#pcm[part], part, detail) : `${part} program ${command[0]} ${detail}`;
      if (typeof this.#told === 'object' && this.#told?.why === why) return;
      this.#told = { part, why };
      this.#listener.state('fault', `handset sound: ${why}`);
    };
    if (this.#told === 'ok') this.#blinking ??= setTimeout(tell, this.#blink);
    // Both parts have their reasons, mostly the same one: what is told is the first's, anew where it has changed.
    else if (this.#told === null || this.#told.part === part) tell();
  }

  /** Lines as arecord and aplay write them: `underrun!!! (at least 12.345 ms long)`. */
  #said(part: Part, line: string): void {
    const [, ms] = /^(?:under|over)run!!!(?: \(at least (\d+)(?:\.\d+)? ms long\))?/.exec(line) ?? [undefined, null];
    if (ms === null || this.#resting || performance.now() - this.#awake < EXCUSED) return;
    if (part === 'playback') this.#drift.starved(Number(ms ?? 0));
    this.#listener.xrun(part);
  }
}
