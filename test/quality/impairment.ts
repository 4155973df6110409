import { uniform } from './random.ts';

/** What a network does to packets of 20 ms. Nothing named: nothing done. */
export interface Impairment {
  /** Part of the packets lost, 0 to 1; `burst` is how many are lost in a row on average (Gilbert-Elliott), none: each by itself. */
  loss?: { rate: number; burst?: number };
  /**
   * Delay of up to `most` ms. `uniform`: each packet by itself, so that packets overtake each other from 20 ms on. `spiky`: a queue that
   * stands still for up to `most` every two seconds or so and then is emptied in order, a millisecond a packet; 5 ms besides.
   */
  jitter?: { shape: 'uniform' | 'spiky'; most: number };
  /** Another route, for good: packets take `from` ms more, and `to` from some time between the fourth and the sixth second on. */
  step?: { from: number; to: number };
  /** Part of the packets held back so that the next one or two overtake them. */
  reorder?: number;
  /** Part of the packets that come twice, the second up to 10 ms later. */
  duplicate?: number;
}

/** When a packet and its copies arrive, ms after it was sent; none: lost. */
export type Fate = readonly number[];

/** For which of its questions a packet's number is drawn. */
const USE = { loss: 0, jitter: 1, spike: 2, height: 3, reorder: 4, duplicate: 5, copy: 6, step: 7 } as const;

/** Long enough to be overtaken by the next packet, and by the one after it where that is early. */
const HELD = 35;
/** Packets before a step: four seconds, and up to two more. */
const BEFORE_STEP = { least: 200, more: 100 };
/** Packets from one spike to the next, on average. */
const SPIKES = 100;
/** Delay that a queue makes good from one packet to the next: 20 ms passed, and it took one to send the packet. */
const DRAINED = 19;

/** The fate of the `index`-th packet: of `seed` and `index` alone, whoever asks, whenever and in which order. */
export function fates(impairment: Impairment, seed: number): (index: number) => Fate {
  const draw = (index: number, use: keyof typeof USE) => uniform(seed, index, USE[use]);
  const lost = losses(impairment.loss, draw);
  const delay = delays(impairment.jitter, draw);
  const { from, to } = impairment.step ?? { from: 0, to: 0 };
  const turn = BEFORE_STEP.least + BEFORE_STEP.more * draw(0, 'step');
  return (index) => {
    if (lost(index)) return [];
    const held = draw(index, 'reorder') < (impairment.reorder ?? 0) ? HELD : 0;
    const first = delay(index) + held + (index < turn ? from : to);
    if (draw(index, 'duplicate') >= (impairment.duplicate ?? 0)) return [first];
    return [first, first + 10 * draw(index, 'copy')];
  };
}

type Draw = (index: number, use: keyof typeof USE) => number;

function losses(loss: Impairment['loss'], draw: Draw): (index: number) => boolean {
  if (!loss) return () => false;
  const { rate, burst } = loss;
  if (burst === undefined) return (index) => draw(index, 'loss') < rate;
  // Two states: all is lost in the one and nothing in the other.
  const leaveBad = 1 / burst;
  const leaveGood = (leaveBad * rate) / (1 - rate);
  const bad: boolean[] = [draw(0, 'loss') < rate];
  return (index) => {
    for (let n = bad.length; n <= index; n++) {
      bad.push(bad[n - 1] ? draw(n, 'loss') >= leaveBad : draw(n, 'loss') < leaveGood);
    }
    return bad[index] as boolean;
  };
}

function delays(jitter: Impairment['jitter'], draw: Draw): (index: number) => number {
  if (!jitter) return () => 0;
  const { shape, most } = jitter;
  if (shape === 'uniform') return (index) => most * draw(index, 'jitter');
  return (index) => {
    let delay = 5 * draw(index, 'jitter');
    for (let past = 0; past * DRAINED < most && past <= index; past++) {
      const at = index - past;
      if (draw(at, 'spike') >= 1 / SPIKES) continue;
      delay = Math.max(delay, most * (0.5 + 0.5 * draw(at, 'height')) - past * DRAINED);
    }
    return delay;
  };
}
