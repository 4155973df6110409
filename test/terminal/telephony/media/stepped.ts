import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MediaEvent } from '../../../../src/terminal/audio/port.ts';
import { Engine } from '../../../../src/terminal/telephony/media/engine.ts';
import type { Command, EngineOptions } from '../../../../src/terminal/telephony/media/messages.ts';
import type { DigitFormat, Format, RemoteMedia } from '../../../../src/terminal/telephony/port.ts';

const FRAME = 320;
const silence = (): Int16Array => new Int16Array(FRAME);

/** Plays `samples` (16 kHz) frame by frame, then silence. */
export const play = (samples: Int16Array): (() => Int16Array) => {
  let at = 0;
  return () => {
    const frame = silence();
    frame.set(samples.subarray(at, at + FRAME));
    at += FRAME;
    return frame;
  };
};

/** A terminal's sound whose time passes only when a test says so: real sockets and ports, no real time. */
class Terminal {
  readonly engine: Engine;
  readonly told: MediaEvent[] = [];
  /** All frames of the earpiece. */
  readonly heard: Int16Array[] = [];
  /** What is said into the mouthpiece, a frame a tick. */
  speak: () => Int16Array = silence;
  readonly #port: MessagePort;

  constructor(now: () => number, options: Omit<EngineOptions, 'device'>) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (frame: Int16Array) => this.heard.push(frame));
    const device = { kind: 'port', port: port2 } as const;
    this.engine = new Engine({ device, ...options }, (event) => this.told.push(event), now);
  }

  do(...commands: Exclude<Command, { id: number }>[]): void {
    for (const command of commands) this.engine.obey(command);
  }

  /** The events of one type that were told. */
  all<T extends MediaEvent['type']>(type: T): Extract<MediaEvent, { type: T }>[] {
    return this.told.filter((event): event is Extract<MediaEvent, { type: T }> => event.type === type);
  }

  /** The last `frames` heard, joined. */
  last(frames: number): Int16Array {
    const out = new Int16Array(frames * FRAME);
    this.heard.slice(-frames).forEach((frame, n) => {
      out.set(frame, n * FRAME);
    });
    return out;
  }

  async tick(skipped: number): Promise<void> {
    const heard = this.heard.length;
    this.#port.postMessage(this.speak());
    await turns();
    this.engine.tick(skipped);
    while (this.heard.length === heard) await turns();
  }

  async close(): Promise<void> {
    await this.engine.close();
    this.#port.close();
  }
}

/** Lets what is under way on sockets and ports arrive. */
async function turns(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** Terminals that share one clock. */
export class Stepped {
  readonly terminals: Terminal[] = [];
  #now = 0;

  add(options: Partial<Omit<EngineOptions, 'device'>> = {}): Terminal {
    const { recordings = { builtIn: import.meta.dirname }, mediaTimeout = 30_000, ...more } = options;
    const terminal = new Terminal(() => this.#now, { recordings, mediaTimeout, ...more });
    this.terminals.push(terminal);
    return terminal;
  }

  /** Two terminals whose calls `a` and `b` are connected to each other. */
  async pair(
    more: Partial<RemoteMedia> = {},
    options: Parameters<Stepped['add']>[0] = {},
  ): Promise<{ a: Terminal; b: Terminal; portA: number; portB: number }> {
    const [a, b] = [this.add(options), this.add(options)];
    const [portA, portB] = [
      await a.engine.open('a', '127.0.0.1', { privileged: false }),
      await b.engine.open('b', '127.0.0.1', { privileged: false }),
    ];
    a.do({ type: 'connect', call: 'a', remote: remoteAt(portB, more) });
    b.do({ type: 'connect', call: 'b', remote: remoteAt(portA, more) });
    return { a, b, portA, portB };
  }

  /** Lets `ticks` of 20 ms pass. */
  async step(ticks: number): Promise<void> {
    for (let n = 0; n < ticks; n++) {
      this.#now += 20;
      for (const terminal of this.terminals) await terminal.tick(0);
      await turns();
    }
  }

  /** A stall: `ticks` pass in which nothing runs. */
  async stall(ticks: number): Promise<void> {
    this.#now += 20 * (ticks + 1);
    for (const terminal of this.terminals) await terminal.tick(ticks);
  }

  /** Lets time pass until `condition` holds; fails after a minute of it. */
  async until(condition: () => boolean): Promise<void> {
    for (let n = 0; !condition(); n++) {
      if (n === 3_000) throw new Error('a minute has passed and it has not come about');
      await this.step(1);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.terminals.map((terminal) => terminal.close()));
  }
}

export const PCMU: Format = { codec: 'PCMU', payloadType: 0 };

export const PCMA: Format = { codec: 'PCMA', payloadType: 8 };

/** Keys as we offer them. */
const EVENTS: DigitFormat = { payloadType: 101, clock: 8_000 };

export const remoteAt = (port: number, more: Partial<RemoteMedia> = {}): RemoteMedia => ({
  address: '127.0.0.1',
  port,
  rtcpPort: port + 1,
  format: PCMU,
  receives: [PCMU, PCMA],
  digits: EVENTS,
  receivesDigits: [EVENTS],
  ptime: 20,
  direction: 'sendrecv',
  srtp: null,
  ...more,
});

/** The loudest sample. */
export const peak = (samples: Int16Array): number =>
  samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
