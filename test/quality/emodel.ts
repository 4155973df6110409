/** What of a call the E-model is told here. */
export interface Heard {
  /** Mouth to ear, ms. */
  delay: number;
  /** Part of the speech that was not heard as it was said, 0 to 1. */
  loss: number;
  /** Frames of 20 ms lost in a row, on average; of no meaning where none is. */
  run: number;
}

/** All defaults of ITU-T G.107 taken together: R with no delay and no loss. */
const BEST = 93.2;
/** ITU-T G.113 appendix I, G.711 with concealment after its Appendix I: no impairment of its own, and this robustness. */
const ROBUSTNESS = 25.1;
/** TELR, dB; Roe = -1.5 (No - RLR) of the defaults. */
const [ECHO_LOUDNESS, ECHO_BASE] = [65, 94.77];

/**
 * Listener's opinion by ITU-T G.107 (E-model), 1 to 4.5: delay by itself and by the talker's echo (clauses 7.4.1 and 7.4.3),
 * loss by the effective equipment impairment with its burst ratio (7.5). All else is at its default.
 */
export function opinion({ delay, loss, run }: Heard): number {
  const percent = 100 * loss;
  const burst = loss > 0 && loss < 1 ? Math.max(1, run * (1 - loss)) : 1;
  const equipment = (95 * percent) / (percent / burst + ROBUSTNESS);
  const rating = BEST - echo(delay) - slowness(delay) - equipment;
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

/** Idte. */
function echo(delay: number): number {
  const talker =
    ECHO_LOUDNESS - 40 * Math.log10((1 + delay / 10) / (1 + delay / 150)) + 6 * Math.exp(-0.3 * delay ** 2);
  const half = (ECHO_BASE - (80 + 2.5 * (talker - 14))) / 2;
  return (half + Math.sqrt(half ** 2 + 100) - 1) * (1 - Math.exp(-delay));
}

/** Idd. */
function slowness(delay: number): number {
  if (delay <= 100) return 0;
  const x = Math.log2(delay / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}
