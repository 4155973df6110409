import { FRAME, RATE } from './frame.ts';
import { Gain } from './gain.ts';
import type { Ear, SayRequest } from './port.ts';
import type { Recordings } from './recordings.ts';
import { Saying, SIDES, type Side } from './saying.ts';

/** Speech that is cut off fades over 5 ms, so that it does not click. */
const FADE = RATE * 0.005;

/** Says recordings to the two ears, at most one order to an ear, without a gap between recordings. */
export class Announcer {
  readonly #recordings: Recordings;
  readonly #said: (request: SayRequest) => void;
  #sayings: Saying[] = [];
  #callee: string | null = null;
  readonly #speech = { caller: new Float32Array(FRAME), callee: new Float32Array(FRAME) };
  readonly #cut = { caller: new Float32Array(FRAME), callee: new Float32Array(FRAME) };
  readonly #level = { caller: new Gain(), callee: new Gain() };
  readonly #scratch = new Float32Array(FRAME);

  /** `said` is called in the tick that played the last sample. */
  constructor(recordings: Recordings, said: (request: SayRequest) => void) {
    this.#recordings = recordings;
    this.#said = said;
  }

  say(request: SayRequest): void {
    this.hush(request.to);
    const saying = new Saying(request);
    if (saying.ears.has('callee')) this.#callee = request.call;
    this.#sayings.push(saying);
    saying.clips = this.#recordings.atHand(request.language, request.clips);
    if (saying.clips) return;
    this.#recordings.find(request.language, request.clips).then(
      (clips) => {
        saying.clips = clips;
      },
      () => {
        saying.clips = [];
      },
    );
  }

  hush(to: Ear): void {
    const sides = to === 'both' ? SIDES : [to];
    for (const saying of this.#sayings) {
      for (const side of sides) if (saying.ears.delete(side) && side !== 'nobody') this.#keepEnd(saying, side);
    }
  }

  /** How loud speech is in an ear, dB. */
  setLevel(side: Side, level: number): void {
    this.#level[side].set(level);
  }

  /** The call whose callee is spoken to, or was last. */
  get callee(): string | null {
    return this.#callee;
  }

  /** True while anything is said, or waits for its recordings. */
  get busy(): boolean {
    return this.#sayings.length > 0;
  }

  /** True while something is said to `side`. */
  speaks(side: Side): boolean {
    return this.#sayings.some((saying) => saying.ears.has(side) && saying.clips !== null);
  }

  /** The next 20 ms for both ears; read them with `speech`. */
  advance(): void {
    for (const side of SIDES) {
      this.#speech[side].set(this.#cut[side]);
      this.#cut[side].fill(0);
    }
    for (const saying of this.#sayings) {
      if (saying.ears.size === 0) continue;
      this.#scratch.fill(0);
      saying.read(this.#scratch, true);
      for (const side of SIDES) if (saying.ears.has(side)) add(this.#speech[side], this.#scratch);
    }
    for (const side of SIDES) this.#level[side].run(this.#speech[side]);
  }

  /** Tells what has come to its end with this tick. Called after the tick's sound is handed on. */
  settle(): void {
    const over = this.#sayings.filter((saying) => saying.ears.size > 0 && saying.over);
    this.#sayings = this.#sayings.filter((saying) => saying.ears.size > 0 && !saying.over);
    for (const { request } of over) this.#said(request);
  }

  /** 20 ms in 16-bit scale, silence where nothing is said. */
  speech(side: Side): Float32Array {
    return this.#speech[side];
  }

  #keepEnd(saying: Saying, side: Side): void {
    const end = this.#cut[side];
    this.#scratch.fill(0);
    saying.read(this.#scratch, false);
    for (let n = 0; n < FADE; n++) end[n] = (end[n] as number) + (this.#scratch[n] as number) * (1 - n / FADE);
  }
}

function add(to: Float32Array, from: Float32Array): void {
  for (let n = 0; n < to.length; n++) to[n] = (to[n] as number) + (from[n] as number);
}
