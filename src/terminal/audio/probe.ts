import { NARROW_RATE } from './frame.ts';

/** Samples in a block: 10 ms. A look is the last two. */
export const BLOCK = NARROW_RATE / 100;

/** Looks remembered. */
export const LOOKS = 3;

/**
 * One frequency watched in 8 kHz sound by Goertzel's algorithm, through a window of two blocks that moves on by one.
 * Each look is a complex number: its length tells how strong the frequency is, and its turn since the look before
 * how far the true one is from it (10 Hz off is a tenth of a turn in 10 ms).
 */
export class Probe {
  readonly #coefficient: number;
  readonly #cos: number;
  readonly #sin: number;
  /** What the frequency itself turns by in a block. */
  readonly #turnCos: number;
  readonly #turnSin: number;
  #blockRe = 0;
  #blockIm = 0;
  /** Looks, the oldest first. */
  readonly #re = new Float64Array(LOOKS);
  readonly #im = new Float64Array(LOOKS);

  constructor(hz: number) {
    const w = (2 * Math.PI * hz) / NARROW_RATE;
    this.#cos = Math.cos(w);
    this.#sin = Math.sin(w);
    this.#coefficient = 2 * this.#cos;
    this.#turnCos = Math.cos(w * BLOCK);
    this.#turnSin = Math.sin(w * BLOCK);
  }

  /** Takes the next block and looks. */
  look(block: Float64Array): void {
    let s1 = 0;
    let s2 = 0;
    for (let n = 0; n < BLOCK; n++) {
      const s0 = (block[n] as number) + this.#coefficient * s1 - s2;
      s2 = s1;
      s1 = s0;
    }
    const re = s1 - this.#cos * s2;
    const im = this.#sin * s2;
    const oldRe = this.#turnCos * this.#blockRe - this.#turnSin * this.#blockIm;
    const oldIm = this.#turnSin * this.#blockRe + this.#turnCos * this.#blockIm;
    this.#re.copyWithin(0, 1);
    this.#im.copyWithin(0, 1);
    this.#re[LOOKS - 1] = re + oldRe;
    this.#im[LOOKS - 1] = im + oldIm;
    this.#blockRe = re;
    this.#blockIm = im;
  }

  /** Power at a look, as the square of 16-bit samples, if the frequency is `off` Hz from this one. */
  power(look: number, off = 0): number {
    const re = this.#re[look] as number;
    const im = this.#im[look] as number;
    // A sine between two bins of the window shows as much weaker as this (its spectrum is a sinc).
    const x = (2 * Math.PI * off * BLOCK) / NARROW_RATE;
    const seen = x === 0 ? 1 : Math.sin(x) / x;
    return (re * re + im * im) / (2 * BLOCK * BLOCK * seen * seen);
  }

  /** How far the true frequency was from this one between a look and the one before, Hz: up to 50 either way. */
  off(look: number): number {
    const re = this.#re[look] as number;
    const im = this.#im[look] as number;
    const oldRe = this.#re[look - 1] as number;
    const oldIm = this.#im[look - 1] as number;
    // The look times the conjugate of the one before, and that turned back by what this frequency turns.
    const stepRe = re * oldRe + im * oldIm;
    const stepIm = im * oldRe - re * oldIm;
    const turn = Math.atan2(
      stepIm * this.#turnCos - stepRe * this.#turnSin,
      stepRe * this.#turnCos + stepIm * this.#turnSin,
    );
    return (turn * NARROW_RATE) / (2 * Math.PI * BLOCK);
  }
}
