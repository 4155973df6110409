import { clamp16, FRAME } from './frame.ts';
import { factorOf } from './gain.ts';
import type { TapDirection } from './port.ts';
import type { Side } from './saying.ts';

/** A party is heard this much softer while something is said over him: -12 dB. */
const DUCKED = 10 ** (-12 / 20);

/** Told of each frame that passes, as the party said it. */
export type Passed = (call: string, direction: TapDirection, samples: Int16Array) => void;

/**
 * The bridge between the parties of one call, and the last stage before the earpiece and before the encoder. Shut, nothing
 * of what one party said comes out at the other. It remembers gains and no sound.
 *
 * Whatever listens to the parties (recording, detection) takes its frames from `passed` and nowhere else: what passes the
 * bridge, of a call that may be listened to.
 */
export class Bridge {
  #call: string | null = null;
  #farGain = 0;
  #mouthGain = 0;
  readonly #voice = { caller: 1, callee: 1 };
  readonly #passed: Passed;
  readonly #ducked: number;

  /** Where it does not duck, a party is as loud while something is said over him. */
  constructor(passed: Passed, ducks = true) {
    this.#passed = passed;
    this.#ducked = ducks ? DUCKED : 1;
  }

  /** The call whose parties hear each other; null shuts. Shutting is at once, opening fades in over one frame. */
  set(call: string | null): void {
    this.#call = call;
    this.#farGain = 0;
    this.#mouthGain = 0;
  }

  /** How loud the other party is in an ear, dB. */
  setVoice(ear: Side, level: number): void {
    this.#voice[ear] = factorOf(level);
  }

  isOpen(call: string): boolean {
    return this.#call === call;
  }

  /** Adds the far end of `call` to `mix`, for the caller's ear. */
  passFar(call: string, far: Int16Array, mix: Float32Array, ducked: boolean): void {
    if (this.#call !== call) return;
    this.#passed(call, 'far', far);
    this.#farGain = add(far, mix, this.#farGain, this.#voice.caller * (ducked ? this.#ducked : 1));
  }

  /** `out`, for the encoder of `call`: `speech`, and the mouthpiece with it where the bridge is open. */
  passMouth(call: string, mouth: Int16Array, speech: Float32Array, out: Int16Array, ducked: boolean): void {
    if (this.#call === call) {
      this.#passed(call, 'near', mouth);
      this.#mouthGain = add(mouth, speech, this.#mouthGain, this.#voice.callee * (ducked ? this.#ducked : 1));
    }
    for (let n = 0; n < FRAME; n++) out[n] = clamp16(speech[n] as number);
  }
}

/** Adds `sound` to `mix` at a gain that goes over the frame from `from` to `to`, which is returned. */
function add(sound: Int16Array, mix: Float32Array, from: number, to: number): number {
  for (let n = 0; n < FRAME; n++) {
    mix[n] = (mix[n] as number) + (sound[n] as number) * (from + ((to - from) * (n + 1)) / FRAME);
  }
  return to;
}
