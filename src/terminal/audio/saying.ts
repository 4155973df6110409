import type { Ear, SayRequest } from './port.ts';

/** One party's ear. */
export type Side = Exclude<Ear, 'both' | 'nobody'>;

export const SIDES = ['caller', 'callee'] as const satisfies readonly Side[];

/** One order to say something, and how far it has come. */
export class Saying {
  readonly request: SayRequest;
  /** Ears that still listen. */
  readonly ears: Set<Side | 'nobody'>;
  /** Null until all recordings are in memory. */
  clips: readonly Int16Array[] | null = null;
  #clip = 0;
  #sample = 0;

  constructor(request: SayRequest) {
    this.request = request;
    this.ears = new Set(request.to === 'both' ? SIDES : [request.to]);
  }

  /** Fills the start of `out` with what comes next; moves on past it where `advance`. */
  read(out: Float32Array, advance: boolean): void {
    let clip = this.#clip;
    let sample = this.#sample;
    for (let n = 0; n < out.length; n++) {
      while (sample >= (this.clips?.[clip]?.length ?? Number.POSITIVE_INFINITY)) {
        clip += 1;
        sample = 0;
      }
      const recording = this.clips?.[clip];
      if (!recording) break;
      out[n] = recording[sample] as number;
      sample += 1;
    }
    if (!advance) return;
    this.#clip = clip;
    this.#sample = sample;
  }

  /** Whether its last sample has been read. */
  get over(): boolean {
    if (!this.clips) return false;
    let left = -this.#sample;
    for (const recording of this.clips.slice(this.#clip)) left += recording.length;
    return left <= 0;
  }
}
