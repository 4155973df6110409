import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type Observable, Subject } from 'rxjs';
import { FRAME } from '../../src/terminal/audio/frame.ts';
import { Ticker } from '../../src/terminal/audio/ticker.ts';
import type { Frame } from './port.ts';

/** A microphone frame older than this is no longer a person's: what is said otherwise takes over. */
const FRESH_MS = 200;
/** 200 ms of a person's speech at the most; what comes faster is dropped. */
const QUEUE = 10;

export interface Handset {
  /** The terminal's end: the device its media thread plays to and listens on. */
  readonly port: MessagePort;
  /** What the earpiece plays, a frame each 20 ms. */
  readonly earpiece: Observable<Frame>;
  /** A frame of a person's microphone. */
  speak(frame: Frame): void;
  /** Says this, over all else, in place of what of its kind is being said. 16 kHz. */
  say(speech: Int16Array): void;
  /** What is heard while nobody speaks; silence until it is given. */
  otherwise(source: () => Frame): void;
  close(): void;
}

/** A handset without a sound card: the earpiece is a stream, the mouthpiece takes frames and speech. */
export function openHandset(): Handset {
  const { port1, port2 } = new MessageChannel();
  const earpiece = new Subject<Frame>();
  let silent: () => Frame = () => new Int16Array(FRAME);
  let speech: Int16Array = new Int16Array();
  const queue: Frame[] = [];
  let spoken = Number.NEGATIVE_INFINITY;
  const said = () => {
    const frame = new Int16Array(FRAME);
    frame.set(speech.subarray(0, FRAME));
    speech = speech.subarray(FRAME);
    return frame;
  };
  const mouth = () => {
    const live = speech.length > 0 ? said() : queue.shift();
    if (live) port2.postMessage(live);
    else if (performance.now() - spoken > FRESH_MS) port2.postMessage(silent());
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
    say(next) {
      speech = next;
    },
    otherwise(source) {
      silent = source;
    },
    close() {
      clock?.close();
      port2.close();
      earpiece.complete();
    },
  };
}
