import { clamp16, FRAME } from './frame.ts';

/** A party is heard this much softer while something is said over him: -12 dB. */
const DUCKED = 10 ** (-12 / 20);

/**
 * The bridge between the parties of one call, and the last stage before the earpiece and before the encoder. Shut, nothing
 * of what one party said comes out at the other. It remembers gains and no sound.
 *
 * Whatever is ever to listen to the parties (recording, detection) takes its frames in `passFar` and `passMouth` and nowhere
 * else: what passes the bridge, of a call that may be listened to.
 */
export class Bridge {
  #call: string | null = null;
  #farGain = 0;
  #mouthGain = 0;

  /** The call whose parties hear each other; null shuts. Shutting is at once, opening fades in over one frame. */
  set(call: string | null): void {
    this.#call = call;
    this.#farGain = 0;
    this.#mouthGain = 0;
  }

  isOpen(call: string): boolean {
    return this.#call === call;
  }

  /** Adds the far end of `call` to `mix`, for the caller's ear. */
  passFar(call: string, far: Int16Array, mix: Float32Array, ducked: boolean): void {
    if (this.#call === call) this.#farGain = add(far, mix, this.#farGain, ducked);
  }

  /** `out`, for the encoder of `call`: `speech`, and the mouthpiece with it where the bridge is open. */
  passMouth(call: string, mouth: Int16Array, speech: Float32Array, out: Int16Array, ducked: boolean): void {
    if (this.#call === call) this.#mouthGain = add(mouth, speech, this.#mouthGain, ducked);
    for (let n = 0; n < FRAME; n++) out[n] = clamp16(speech[n] as number);
  }
}

/** Adds `sound` to `mix` at a gain that goes over the frame from `from` to what is wanted, which is returned. */
function add(sound: Int16Array, mix: Float32Array, from: number, ducked: boolean): number {
  const to = ducked ? DUCKED : 1;
  for (let n = 0; n < FRAME; n++) {
    mix[n] = (mix[n] as number) + (sound[n] as number) * (from + ((to - from) * (n + 1)) / FRAME);
  }
  return to;
}
