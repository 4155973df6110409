import type { MessagePort } from 'node:worker_threads';
import { Observable } from 'rxjs';
import { FRAME } from './frame.ts';
import type { TapDirection, TapFrame } from './port.ts';

/** Frames that cross together at most: both directions of 100 ms. */
const BATCH = 10;

/** Frames between writer and reader at most: 2 s of both directions. What a reader that is slower misses is counted. */
const MOST = 20 * BATCH;

/** Bytes: of each frame its direction, whether it has a time, its time, and its samples. */
const HEAD = 3 * Uint32Array.BYTES_PER_ELEMENT;
const SIZE = BATCH * (HEAD + FRAME * Int16Array.BYTES_PER_ELEMENT);
const DIRECTIONS = ['far', 'near'] as const satisfies readonly TapDirection[];

/** What crosses the port to the reader. `dropped` is the frames that were lost before these. */
interface Batch {
  buffer: ArrayBuffer;
  frames: number;
  dropped: number;
}

const viewsOf = (buffer: ArrayBuffer) => ({
  heads: new Uint32Array(buffer, 0, 3 * BATCH),
  samples: new Int16Array(buffer, HEAD * BATCH),
});

/**
 * Where the frames go that somebody listens to. It never waits: buffers go round between it and the reader, and where none has come back
 * frames are dropped and counted.
 */
export class TapWriter {
  readonly #port: MessagePort;
  readonly #batch: number;
  readonly #free: ArrayBuffer[] = [];
  #made = 0;
  #buffer: ArrayBuffer | null = null;
  #views: ReturnType<typeof viewsOf> | null = null;
  #frames = 0;
  #dropped = 0;

  /** `closed` is called when the reader wants no more. `batch` frames cross together, 10 at most. */
  constructor(port: MessagePort, closed: () => void, batch = BATCH) {
    this.#port = port;
    this.#batch = batch;
    port.on('message', (buffer: unknown) => {
      if (buffer instanceof ArrayBuffer && buffer.byteLength === SIZE) this.#free.push(buffer);
    });
    port.on('close', closed);
  }

  /** Copies 20 ms. `rtpTime` is of its first sample, null where that is not known. */
  write(direction: TapDirection, rtpTime: number | null, samples: Int16Array): void {
    if (!this.#views && !this.#take()) {
      this.#dropped += 1;
      return;
    }
    const at = this.#frames;
    this.#views?.heads.set([DIRECTIONS.indexOf(direction), rtpTime === null ? 0 : 1, rtpTime ?? 0], 3 * at);
    this.#views?.samples.set(samples, FRAME * at);
    this.#frames += 1;
    if (this.#frames === this.#batch) this.#send();
  }

  /** It is over: what is held is sent, and nothing after. */
  close(): void {
    if (this.#frames > 0) this.#send();
    this.#port.close();
  }

  #take(): boolean {
    let buffer = this.#free.pop();
    if (!buffer) {
      if (this.#made * this.#batch >= MOST) return false;
      this.#made += 1;
      buffer = new ArrayBuffer(SIZE);
    }
    this.#buffer = buffer;
    this.#views = viewsOf(buffer);
    return true;
  }

  #send(): void {
    if (!this.#buffer) return;
    const batch: Batch = { buffer: this.#buffer, frames: this.#frames, dropped: this.#dropped };
    this.#port.postMessage(batch, [this.#buffer]);
    this.#buffer = null;
    this.#views = null;
    this.#frames = 0;
    this.#dropped = 0;
  }
}

/** The frames that come out of the other end of a tap's port, in order; completes with the call. Unsubscribing ends the tap. */
export function readTap(port: MessagePort): Observable<TapFrame> {
  return new Observable((subscriber) => {
    port.on('message', ({ buffer, frames, dropped }: Batch) => {
      const { heads, samples } = viewsOf(buffer);
      const read = Array.from({ length: frames }, (_, n): TapFrame => {
        const [direction = 0, known = 0, rtpTime = 0] = heads.subarray(3 * n);
        return {
          direction: DIRECTIONS[direction] ?? 'far',
          rtpTime: known ? rtpTime : null,
          samples: samples.slice(FRAME * n, FRAME * (n + 1)),
          dropped: n === 0 ? dropped : 0,
        };
      });
      port.postMessage(buffer, [buffer]);
      for (const frame of read) subscriber.next(frame);
    });
    port.on('close', () => subscriber.complete());
    return () => port.close();
  });
}
