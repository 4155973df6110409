import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { filter, Observable, Subject } from 'rxjs';
import type { LoopbackResult, MediaEvent, Sound, TapDirection, TapFrame } from '../../audio/port.ts';
import { readTap } from '../../audio/tap.ts';
import type { CallOptions, MediaSessions } from '../port.ts';
import type { Command, EngineOptions, Notice, Reply } from './messages.ts';
import { runEngine } from './run.ts';
import type { MediaStats } from './stats.ts';

export interface MediaOptions extends EngineOptions {
  /** `worker` (default) is a thread of its own and wants compiled code; `here` is for tests on the sources. */
  thread?: 'worker' | 'here';
}

/** All sound of a terminal. */
export type Media = Sound &
  MediaSessions & {
    /** Of an open call, or of the one released last. Rejects for any other. */
    stats(call: string): Promise<MediaStats>;
    /** Resolves where the thread died: there is no sound any more, and only a new process brings it back. */
    readonly died: Promise<Error>;
    /** Resolves when the thread has done a tick of 20 ms; a resting one does one for this. Rejects where it is dead. */
    alive(): Promise<void>;
    /** Ends all calls' media, the device's programs and the thread. */
    close(): Promise<void>;
  };

/**
 * Starts the media engine, by default in a thread of its own, and resolves when it takes orders.
 * Rejects where the thread cannot start.
 */
export async function startMedia(options: MediaOptions): Promise<Media> {
  const { thread = 'worker', ...engine } = options;
  const { port1, port2 } = new MessageChannel();
  if (thread === 'here') {
    runEngine(port2, engine);
    return new Client(port1, null);
  }
  const device = engine.device.kind === 'port' ? [engine.device.port] : [];
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: { port: port2, options: engine },
    transferList: [port2, ...device],
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('online', resolve);
    worker.once('error', reject);
  });
  worker.removeAllListeners('error');
  return new Client(port1, worker);
}

type Answer = { resolve(value: Reply | undefined): void; reject(cause: Error): void };
/** A command that is answered, before its number is put on. */
type Asked =
  | { type: 'open'; call: string; address: string; options: CallOptions }
  | { type: 'stats'; call: string }
  | { type: 'loopback' }
  | { type: 'tap'; call: string; port: MessagePort }
  | { type: 'microphone'; port: MessagePort }
  | { type: 'alive' }
  | { type: 'close' };

/** Events kept for who subscribes first: a device that failed at the start must not fail unheard. */
const EARLY = 100;

class Client implements Media {
  readonly events = new Observable<MediaEvent>((subscriber) => {
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) subscriber.next(event);
    return this.#events.subscribe(subscriber);
  });
  readonly died: Promise<Error>;
  readonly #events = new Subject<MediaEvent>();
  /** Null once somebody has subscribed. */
  #early: MediaEvent[] | null = [];
  readonly #port: MessagePort;
  readonly #worker: Worker | null;
  readonly #waiting = new Map<number, Answer>();
  readonly #open = new Set<string>();
  #id = 0;
  #tellDeath: (cause: Error) => void = () => undefined;
  #dead: Error | null = null;
  #closing: Promise<void> | null = null;

  constructor(port: MessagePort, worker: Worker | null) {
    this.#port = port;
    this.#worker = worker;
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
    port.on('message', (notice: Notice) => this.#hear(notice));
    worker?.on('error', (cause) => this.#die(cause));
    worker?.on('exit', (code) => this.#die(new Error(`it left with code ${code}`)));
  }

  say(request: Parameters<Sound['say']>[0]): void {
    this.#post({ type: 'say', request });
  }

  keepName(caller: string, name: Uint8Array): void {
    this.#post({ type: 'name', caller, name });
  }

  hush(to: Parameters<Sound['hush']>[0]): void {
    this.#post({ type: 'hush', to });
  }

  tone(tone: Parameters<Sound['tone']>[0]): void {
    this.#post({ type: 'tone', tone });
  }

  keyBeep(): void {
    this.#post({ type: 'key-beep' });
  }

  bridge(call: string, on: boolean): void {
    this.#post({ type: 'bridge', call, on });
  }

  sendDigit(call: string, digit: string): void {
    this.#post({ type: 'digit', call, digit });
  }

  setVolume(gain: number): void {
    this.#post({ type: 'volume', gain });
  }

  setLevels(ear: Parameters<Sound['setLevels']>[0], levels: Parameters<Sound['setLevels']>[1]): void {
    this.#post({ type: 'levels', ear, levels });
  }

  echo(on: boolean): void {
    this.#post({ type: 'echo', on });
  }

  async loopback(): Promise<LoopbackResult> {
    return (await this.#ask({ type: 'loopback' })) as LoopbackResult;
  }

  tap(call: string, direction?: TapDirection): Observable<TapFrame> {
    const frames = this.#frames((port) => ({ type: 'tap', call, port }));
    return frames.pipe(filter((frame) => !direction || frame.direction === direction));
  }

  microphone(): Observable<TapFrame> {
    return this.#frames((port) => ({ type: 'microphone', port }));
  }

  async open(call: string, address: string, options: CallOptions): Promise<number> {
    this.#open.add(call);
    return (await this.#ask({ type: 'open', call, address, options })) as number;
  }

  connect(call: string, remote: Parameters<MediaSessions['connect']>[1]): void {
    this.#post({ type: 'connect', call, remote });
  }

  release(call: string): void {
    this.#open.delete(call);
    this.#post({ type: 'release', call });
  }

  async stats(call: string): Promise<MediaStats> {
    return (await this.#ask({ type: 'stats', call })) as MediaStats;
  }

  async alive(): Promise<void> {
    await this.#ask({ type: 'alive' });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (!this.#dead) await this.#ask({ type: 'close' });
    this.#dead ??= new Error('media is closed');
    this.#port.close();
    await this.#worker?.terminate();
    this.#events.complete();
  }

  /** What comes out of the port that is asked for at each subscription. */
  #frames(asked: (port: MessagePort) => Asked): Observable<TapFrame> {
    return new Observable((subscriber) => {
      const { port1, port2 } = new MessageChannel();
      this.#ask(asked(port2), [port2]).catch((cause: Error) => subscriber.error(cause));
      return readTap(port1).subscribe(subscriber);
    });
  }

  #post(command: Command): void {
    if (!this.#dead) this.#port.postMessage(command);
  }

  #ask(asked: Asked, transferred: MessagePort[] = []): Promise<Reply | undefined> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ ...asked, id } satisfies Command, transferred);
    });
  }

  #hear(notice: Notice): void {
    if (notice.type === 'event') {
      this.#emit(notice.event);
      return;
    }
    const answer = this.#waiting.get(notice.id);
    this.#waiting.delete(notice.id);
    if (notice.error === undefined) answer?.resolve(notice.value);
    else answer?.reject(new Error(notice.error));
  }

  #emit(event: MediaEvent): void {
    if (!this.#early) this.#events.next(event);
    else if (this.#early.length < EARLY) this.#early.push(event);
  }

  /** Without its thread there is no sound: what waits is told, and calls under way end by `media-lost`. */
  #die(cause: Error): void {
    if (this.#dead) return;
    if (this.#closing) {
      for (const answer of this.#waiting.values()) answer.resolve(undefined);
      return;
    }
    this.#dead = new Error(`the media thread died: ${cause.message}`);
    for (const answer of this.#waiting.values()) answer.reject(this.#dead);
    this.#waiting.clear();
    this.#emit({ type: 'device', state: 'fault', detail: this.#dead.message });
    for (const call of this.#open) this.#emit({ type: 'media-lost', call, silence: 0 });
    this.#tellDeath(this.#dead);
  }
}
