/** Interval limits of the lower band's 60-level quantizer (ITU-T G.722 table 17). */
const LIMITS = Int32Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1_023, 1_121],
  ...[1_219, 1_339, 1_458, 1_612, 1_765, 1_980, 2_195, 2_557, 2_919],
);

const mirrored = (...half: number[]): number[] => [...half.map((value) => -value), ...half];

/** Outputs of the lower band's inverse quantizers of 6 and of 4 bits, and of the higher band's, by code (tables 18, 20, 21). */
const FINE = Int32Array.of(
  ...[-136, -136, -136, -136],
  ...mirrored(
    ...[24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9_360, 8_576, 7_856, 7_192, 6_576],
    ...[6_000, 5_456, 4_944, 4_464, 4_008, 3_576, 3_168, 2_776, 2_400, 2_032, 1_688, 1_360, 1_040, 728],
  ),
  ...[432, 136, -432, -136],
);
const COARSE = Int32Array.of(0, ...mirrored(20_456, 12_896, 8_968, 6_288, 4_240, 2_584, 1_200), 0);
const HIGH = Int32Array.of(...mirrored(7_408, 1_616));

/** What a code does to the logarithm of the step, by code: of the lower band's upper four bits, and of the higher band. */
const LOW_STEPS = Int32Array.of(
  ...[-60, 3_042, 1_198, 538, 334, 172, 58, -30],
  ...[3_042, 1_198, 538, 334, 172, 58, -30, -60],
);
const HIGH_STEPS = Int32Array.of(798, -214, 798, -214);

/** Antilogarithm: 2048 times 2 to the n/32. */
const POWERS = Int32Array.from({ length: 32 }, (_, n) => Math.round(2_048 * 2 ** (n / 32)));

const saturate = (value: number): number => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value);

/**
 * One sub-band of ITU-T G.722: adaptive differential PCM with a predictor of two poles and six zeros. Encoder and decoder
 * keep the same state, so either method moves it on.
 */
export class Band {
  readonly #high: boolean;
  /** Logarithm of the step, and the step. */
  #log = 0;
  #step: number;
  /** Predicted next sample, and the zeros' part of it. */
  #predicted = 0;
  #zeros = 0;
  #a1 = 0;
  #a2 = 0;
  #r1 = 0;
  #p1 = 0;
  #p2 = 0;
  /** Zero coefficients, and the differences they are applied to, the latest first. */
  readonly #b = new Int32Array(6);
  readonly #d = new Int32Array(6);

  constructor(high: boolean) {
    this.#high = high;
    this.#step = high ? 8 : 32;
  }

  /** The code of `sample` (15 bits): 6 bits in the lower band, 2 in the higher. */
  encode(sample: number): number {
    const error = saturate(sample - this.#predicted);
    const size = error >= 0 ? error : ~error;
    let code: number;
    if (this.#high) {
      const inner = size < (564 * this.#step) >> 12;
      code = (error < 0 ? 0 : 2) + (inner ? 1 : 0);
      this.#adaptHigh(code);
    } else {
      let level = 1;
      while (level < 30 && size >= ((LIMITS[level] as number) * this.#step) >> 12) level += 1;
      // Codes of the lower band (table 17): the two innermost negative levels stand at the end.
      if (error >= 0) code = 62 - level;
      else code = level < 3 ? 64 - level : 34 - level;
      this.#adaptLow(code);
    }
    return code;
  }

  /** The sample of a code. */
  decode(code: number): number {
    const levels = this.#high ? HIGH : FINE;
    const sample = this.#predicted + ((this.#step * (levels[code] as number)) >> 15);
    if (this.#high) this.#adaptHigh(code);
    else this.#adaptLow(code);
    return sample > 16_383 ? 16_383 : sample < -16_384 ? -16_384 : sample;
  }

  #adaptLow(code: number): void {
    const four = code >> 2;
    const difference = (this.#step * (COARSE[four] as number)) >> 15;
    const log = ((this.#log * 127) >> 7) + (LOW_STEPS[four] as number);
    this.#log = log < 0 ? 0 : log > 18_432 ? 18_432 : log;
    this.#scale(8);
    this.#predict(difference);
  }

  #adaptHigh(code: number): void {
    const difference = (this.#step * (HIGH[code] as number)) >> 15;
    const log = ((this.#log * 127) >> 7) + (HIGH_STEPS[code] as number);
    this.#log = log < 0 ? 0 : log > 22_528 ? 22_528 : log;
    this.#scale(10);
    this.#predict(difference);
  }

  #scale(top: number): void {
    const shift = top - (this.#log >> 11);
    const power = POWERS[(this.#log >> 6) & 31] as number;
    this.#step = (shift < 0 ? power << -shift : power >> shift) << 2;
  }

  /** Moves the predictor on by one quantized `difference` (block 4 of the recommendation). */
  #predict(difference: number): void {
    const r = saturate(this.#predicted + difference);
    const p = saturate(this.#zeros + difference);
    const same1 = (p ^ this.#p1) >= 0;
    const same2 = (p ^ this.#p2) >= 0;

    const lead = saturate(this.#a1 << 2);
    let a2 = ((same1 ? saturate(-lead) : lead) >> 7) + (same2 ? 128 : -128) + ((this.#a2 * 32_512) >> 15);
    a2 = a2 > 12_288 ? 12_288 : a2 < -12_288 ? -12_288 : a2;
    let a1 = saturate((same1 ? 192 : -192) + ((this.#a1 * 32_640) >> 15));
    const most = 15_360 - a2;
    a1 = a1 > most ? most : a1 < -most ? -most : a1;

    const b = this.#b;
    const d = this.#d;
    const gain = difference === 0 ? 0 : 128;
    let zeros = 0;
    for (let n = 5; n >= 0; n--) {
      const old = d[n] as number;
      const moved = saturate(((old ^ difference) >= 0 ? gain : -gain) + (((b[n] as number) * 32_640) >> 15));
      b[n] = moved;
      const now = n === 0 ? difference : (d[n - 1] as number);
      d[n] = now;
      zeros += (moved * saturate(now * 2)) >> 15;
    }
    this.#zeros = saturate(zeros);
    const poles = ((a1 * saturate(r * 2)) >> 15) + ((a2 * saturate(this.#r1 * 2)) >> 15);
    this.#predicted = saturate(saturate(poles) + this.#zeros);
    this.#a1 = a1;
    this.#a2 = a2;
    this.#r1 = r;
    this.#p2 = this.#p1;
    this.#p1 = p;
  }
}
