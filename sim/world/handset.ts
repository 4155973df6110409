import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type Observable, Subject } from 'rxjs';
import { Ticker } from '../../src/terminal/audio/ticker.ts';
import { speechLike } from '../callee/speech.ts';
import type { Frame } from './port.ts';

/** A microphone frame older than this is no longer a person's: the test signal takes over. */
const FRESH_MS = 200;
/** 200 ms of a person's speech at the most; what comes faster is dropped. */
const QUEUE = 10;

export interface Handset {
  /** The terminal's end: the device its media thread plays to and listens on. */
  readonly port: MessagePort;
  /** What the earpiece plays, a frame each 20 ms. */
  readonly earpiece: Observable<Frame>;
  speak(frame: Frame): void;
  close(): void;
}

/** A handset without a sound card: the earpiece is a stream, the mouthpiece takes frames or makes a speech-like signal. */
export function openHandset(): Handset {
  const { port1, port2 } = new MessageChannel();
  const earpiece = new Subject<Frame>();
  const signal = speechLike(1);
  const queue: Frame[] = [];
  let spoken = Number.NEGATIVE_INFINITY;
  const mouth = () => {
    const live = queue.shift();
    if (live) port2.postMessage(live);
    else if (performance.now() - spoken > FRESH_MS) port2.postMessage(signal());
  };
  let clock: Ticker | null = null;
  port2.on('message', (frame: Frame) => {
    // From the first frame on, so that none waits for a terminal that is not there. A sound card has a clock of its own: it
    // gives sound also for the time that a terminal without processor time has passed over, which counts on that.
    clock ??= new Ticker((skipped) => {
      for (let n = 0; n <= skipped; n += 1) mouth();
    });
    earpiece.next(frame);
  });
  return {
    port: port1,
    earpiece,
    speak(frame) {
      spoken = performance.now();
      if (queue.length < QUEUE) queue.push(frame);
    },
    close() {
      clock?.close();
      port2.close();
      earpiece.complete();
    },
  };
}
