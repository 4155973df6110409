import { FRAME } from '../frame.ts';
import type { LoopbackLimits } from '../handset-sound.ts';
import type { LoopbackResult } from '../port.ts';
import { judge } from './judge.ts';
import { FRAMES, probe } from './probe.ts';

/** One loop-back test under way: a frame out and a frame in each tick, and a judgement at the end. */
export class Loopback {
  /** Resolves when all has been heard; rejects where it was broken off. */
  readonly result: Promise<LoopbackResult>;
  readonly #limits: LoopbackLimits;
  readonly #played: Int16Array;
  readonly #heard: Int16Array;
  #frames = 0;
  #resolve: (result: LoopbackResult) => void = () => undefined;
  #reject: (cause: Error) => void = () => undefined;

  /** `gain` is that of the earpiece, as a factor: the probe is as loud as anything else. */
  constructor(limits: LoopbackLimits, gain: number) {
    this.#limits = limits;
    this.#played = probe(gain);
    this.#heard = new Int16Array(this.#played.length);
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The next 20 ms to play, in `out`; `heard` is what the microphone heard in the same tick. True when it was the last. */
  tick(heard: Int16Array, out: Int16Array): boolean {
    const at = this.#frames * FRAME;
    this.#heard.set(heard, at);
    out.set(this.#played.subarray(at, at + FRAME));
    this.#frames += 1;
    if (this.#frames < FRAMES) return false;
    this.#resolve(judge(this.#played, this.#heard, this.#limits));
    return true;
  }

  /** Ends it without a result. */
  stop(why: string): void {
    this.#reject(new Error(`loop-back test: ${why}`));
  }
}
