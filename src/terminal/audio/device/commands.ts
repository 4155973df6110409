import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { SampleFifo } from '../fifo.ts';
import { RATE, TICK_MS } from '../frame.ts';
import { Drift } from './drift.ts';
import type { DeviceOptions } from './options.ts';
import { Program } from './program.ts';
import { FromHandset, ToHandset } from './rate.ts';
import type { DeviceListener, SoundDevice } from './sound-device.ts';

type Part = 'capture' | 'playback';

/** Playback that has lived this long plays, ms. */
const SETTLED = 300;

/** Frames held for a playback that does not take them; more are lost, so that nothing is heard late. */
const HELD = 5;

/** A sound card, or anything, through two programs: raw 16-bit little-endian mono on stdout and stdin. */
export class CommandsDevice implements SoundDevice {
  readonly #listener: DeviceListener;
  readonly #programs: Record<Part, Program>;
  readonly #well: Record<Part, boolean> = { capture: false, playback: false };
  /** What was told last; null before anything was. */
  #told: 'ok' | 'fault' | null = null;
  readonly #fifo: SampleFifo;
  readonly #frame: number;
  readonly #in: FromHandset;
  readonly #out: ToHandset;
  readonly #drift: Drift;
  #captured: Readable | null = null;
  #played: Writable | null = null;
  #settling: NodeJS.Timeout | null = null;

  constructor(options: Extract<DeviceOptions, { kind: 'commands' }>, listener: DeviceListener) {
    const rate = options.rate ?? RATE;
    this.#listener = listener;
    this.#frame = (rate * TICK_MS) / 1_000;
    this.#fifo = new SampleFifo(10 * this.#frame, this.#frame / 2);
    this.#in = new FromHandset(rate);
    this.#out = new ToHandset(rate);
    this.#drift = new Drift(this.#frame);
    this.#programs = {
      capture: new Program(options.capture, {
        started: (child) => this.#capture(child),
        died: (detail) => this.#died('capture', options.capture, detail),
      }),
      playback: new Program(options.playback, {
        started: (child) => this.#play(child),
        died: (detail) => this.#died('playback', options.playback, detail),
      }),
    };
  }

  read(frame: Int16Array): void {
    this.#take();
    this.#in.pull(this.#fifo, frame);
  }

  write(frame: Int16Array): void {
    const bytes = this.#out.bytes(frame);
    const copies = this.#drift.frames();
    const played = this.#played;
    if (!played?.writable || played.writableLength > HELD * bytes.length) return;
    for (let n = 0; n < copies; n++) played.write(Buffer.from(bytes));
  }

  skip(ticks: number): void {
    this.#fifo.skip(ticks * this.#frame);
  }

  flush(): void {
    this.#captured?.read();
    this.#fifo.clear();
    this.#in.flush();
    this.#out.flush();
  }

  async close(): Promise<void> {
    if (this.#settling) clearTimeout(this.#settling);
    await Promise.all([this.#programs.capture.close(), this.#programs.playback.close()]);
  }

  #capture(child: ChildProcess): void {
    // Read at each tick and not when it comes: that would be one more thing to wake up for.
    this.#captured = child.stdout;
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

  #play(child: ChildProcess): void {
    this.#played = child.stdin;
    child.stdout?.resume();
    this.#settling = setTimeout(() => this.#isWell('playback'), SETTLED);
  }

  #isWell(part: Part): void {
    this.#well[part] = true;
    if (this.#told === 'ok' || !this.#well.capture || !this.#well.playback) return;
    this.#told = 'ok';
    this.#listener.state('ok', 'handset sound: capture and playback run');
  }

  #died(part: Part, command: readonly string[], detail: string): void {
    this.#well[part] = false;
    if (part === 'capture') this.#captured = null;
    else {
      this.#played = null;
      if (this.#settling) clearTimeout(this.#settling);
    }
    if (this.#told === 'fault') return;
    this.#told = 'fault';
    this.#listener.state('fault', `handset sound: ${part} program ${command[0]} ${detail}`);
  }
}
