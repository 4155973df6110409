import { amplitude, FRAME, RATE } from './frame.ts';
import type { ToneName } from './port.ts';

interface Plan {
  /** Hz. */
  frequencies: readonly [number, number];
  /** Level of each frequency, dBm0. */
  level: number;
  /** Sound and silence in turn, seconds; null sounds without end. */
  cadence: { on: number; off: number } | null;
}

/** North American precise tone plan (ITU-T E.180 supplement 2; levels of Bellcore GR-506). */
const PLANS: Readonly<Record<ToneName, Plan>> = {
  dial: { frequencies: [350, 440], level: -13, cadence: null },
  ringback: { frequencies: [440, 480], level: -19, cadence: { on: 2, off: 4 } },
  busy: { frequencies: [480, 620], level: -24, cadence: { on: 0.5, off: 0.5 } },
  reorder: { frequencies: [480, 620], level: -24, cadence: { on: 0.25, off: 0.25 } },
};

/** Sound rises and falls over 5 ms, so that no edge clicks. */
const EDGE = RATE * 0.005;

/** Call-progress tones for one ear. */
export class ToneSource {
  #plan: Plan | null = null;
  /** What to play when the old tone has faded. */
  #next: Plan | null = null;
  #sample = 0;
  /** From 0 to 1: how much of the tone is let through. */
  #edge = 0;

  /** The tone from now on; null fades what sounds. The one already sounding goes on undisturbed. */
  set(tone: ToneName | null): void {
    this.#next = tone && PLANS[tone];
  }

  /** True while a tone sounds, or fades, or is about to. */
  get sounds(): boolean {
    return this.#plan !== null || this.#next !== null;
  }

  /** Adds 20 ms to `mix`, in 16-bit scale. */
  add(mix: Float32Array): void {
    if (!this.#plan && !this.#next) return;
    for (let n = 0; n < FRAME; n++) {
      if (this.#plan !== this.#next && this.#edge === 0) {
        this.#plan = this.#next;
        this.#sample = 0;
      }
      if (!this.#plan) return;
      const wanted = this.#plan === this.#next && this.#inCadence(this.#plan);
      this.#edge = Math.min(1, Math.max(0, this.#edge + (wanted ? 1 : -1) / EDGE));
      if (this.#edge > 0) mix[n] = (mix[n] as number) + this.#value(this.#plan);
      this.#sample += 1;
    }
  }

  #inCadence({ cadence }: Plan): boolean {
    return !cadence || this.#sample % ((cadence.on + cadence.off) * RATE) < cadence.on * RATE;
  }

  #value({ frequencies, level }: Plan): number {
    const shape = 0.5 - 0.5 * Math.cos(Math.PI * this.#edge);
    const t = (2 * Math.PI * this.#sample) / RATE;
    return 32_768 * amplitude(level) * shape * (Math.sin(frequencies[0] * t) + Math.sin(frequencies[1] * t));
  }
}
