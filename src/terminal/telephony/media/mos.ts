import type { Codec } from '../port.ts';

/** What decides how a conversation is heard. */
export interface Conditions {
  codec: Codec;
  /** Part of the far end's packets that were not heard, 0 to 1. */
  loss: number;
  /** How much longer losses are than by pure chance; 1 is chance (G.107 clause 7.5). */
  burstRatio: number;
  /** Mouth to ear, one way, ms. */
  delay: number;
}

/**
 * What a codec does to speech. `best` is the R of a perfect call in its band: 93.2 with all of G.107's defaults, 129 in wide band
 * (G.107.1). `impairment` is Ie and `robustness` is Bpl: how little a loss is heard with concealment.
 */
interface Impairment {
  best: number;
  impairment: number;
  robustness: number;
}

/** G.113 Appendix I, of G.711 with its Appendix I. It has the impairment of G.722; Opus and Bpl in wide band are our estimate. */
const CODECS: Readonly<Record<Codec, Impairment>> = {
  PCMU: { best: 93.2, impairment: 0, robustness: 25.1 },
  PCMA: { best: 93.2, impairment: 0, robustness: 25.1 },
  G722: { best: 129, impairment: 13, robustness: 16 },
  opus: { best: 129, impairment: 8, robustness: 16 },
};

/** G.107's defaults: talker echo loudness rating and weighted echo path loss, dB; signal to noise; receive loudness and noise. */
const TELR = 65;
const WEPL = 110;
const RO = 94.77;
const NO = -61.18;
const RLR = 2;

/** The transmission rating R of ITU-T G.107, 0 to 100 in narrow band and to 129 in wide. */
export function rating({ codec, loss, burstRatio, delay }: Conditions): number {
  const { best, impairment, robustness } = CODECS[codec];
  const percent = 100 * loss;
  const equipment = impairment + ((95 - impairment) * percent) / (percent / Math.max(1, burstRatio) + robustness);
  return best - equipment - delayImpairment(delay);
}

/** The mean opinion score of a rating, 1 to 4.5 (G.107 annex B); what wide band is better by is beyond its scale. */
export function opinion(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** Id of G.107 clause 7.4, over what is in 93.2 already: echo to the talker and to the listener, and delay itself. */
export function delayImpairment(delay: number): number {
  const echoes = talkerEcho(delay) + listenerEcho(2 * delay) - listenerEcho(0);
  return echoes + pureDelay(delay);
}

function talkerEcho(delay: number): number {
  const masked = TELR - 40 * Math.log10((1 + delay / 10) / (1 + delay / 150)) + 6 * Math.exp(-0.3 * delay ** 2);
  const echo = 80 + 2.5 * (masked - 14);
  const room = -1.5 * (NO - RLR);
  const half = (room - echo) / 2;
  return (half + Math.sqrt(half ** 2 + 100) - 1) * (1 - Math.exp(-delay));
}

function listenerEcho(roundTrip: number): number {
  const echo = 10.5 * (WEPL + 7) * (roundTrip + 1) ** -0.25;
  const half = (RO - echo) / 2;
  return half + Math.sqrt(half ** 2 + 169);
}

function pureDelay(delay: number): number {
  if (delay <= 100) return 0;
  const x = Math.log2(delay / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}
