import { createSocket } from 'node:dgram';
import { joined } from '../../src/terminal/audio/frame.ts';

import { align, REACH } from './align.ts';
import type { Contestant, Played } from './contestant.ts';
import { opinion } from './emodel.ts';
import { halved, telephoneBand } from './filter.ts';
import { fates, type Impairment } from './impairment.ts';
import { compare, type Measures } from './measures.ts';
import { openRelay } from './relay.ts';
import { type Sending, sendSpeech } from './sender.ts';
import type { Speech } from './speech.ts';
import { type Stall, shadow, stallsIn } from './stall.ts';

/** How a contestant was heard. */
export interface Score extends Measures {
  /** Mouth to ear, ms: 20 ms of packetisation, and from the network to the ear; the mean over the speech. */
  delay: number;
  /** Estimate by ITU-T G.107, 1 to 4.5. */
  mos: number;
}

/** What a contestant played of one sending. */
export interface Recording {
  readonly contestant: Contestant;
  readonly sending: Sending;
  /** What it says of itself. */
  readonly told: string;
  /** The longest that the network alone holds a packet back for good, ms. */
  readonly held: number;
  /** How long the network stood still, because packets took another route from then on, ms. */
  readonly still: number;
  /** Stalls of the machine, seen by any of those who heard this sending. */
  readonly stalls: readonly Stall[];
}

/** Sound still under way after the last packet, ms. */
const TAIL = 600;

/**
 * Lets all of `contestants` hear the same speech at the same time, each over a relay of its own with the same seed, and so with
 * the same fate for each packet. `offset` (ms) sets runs that are under way together apart.
 */
export async function record(
  contestants: readonly Contestant[],
  { payloads }: Speech,
  network: { impairment: Impairment; seed: number },
  offset: number,
): Promise<Recording[]> {
  const there = fates(network.impairment, network.seed);
  const { from, to } = network.impairment.step ?? { from: 0, to: 0 };
  const held = Math.max(from, to);
  const still = Math.max(0, to - from);
  const relays = await Promise.all(contestants.map(({ port }) => openRelay(port, { there })));
  const mouth = createSocket('udp4');
  contestants.forEach((contestant, n) => {
    contestant.connect((relays[n] as { far: number }).far);
  });
  try {
    const ports = relays.map(({ near }) => near);
    const sending = await sendSpeech(mouth, ports, payloads, performance.now() + 100 + offset);
    await new Promise((resolve) => setTimeout(resolve, TAIL + held));
    const told = await Promise.all(contestants.map((contestant) => contestant.close()));
    const stalls = stallsIn(
      sending,
      contestants.map(({ played }) => played),
    );
    return contestants.map((contestant, n) => ({ contestant, sending, told: told[n] ?? '', held, still, stalls }));
  } finally {
    mouth.close();
    for (const relay of relays) relay.close();
  }
}

const FRAME_MS = 20;
/** How much of what was played before the first packet is looked at, ms. */
const LEAD = 200;
const SLACK = 100;

/** Finds `speech` in a recording and measures how it was heard, but for what a stall of the machine has cost. */
export function score({ contestant, sending, held, still, stalls }: Recording, { samples }: Speech): Score {
  const { rate } = contestant;
  const played = contestant.played.filter(({ at }) => at > sending.began - LEAD);
  const all = joined(played.map(({ samples }) => samples));
  const heard = telephoneBand(rate === 8_000 ? all : halved(all));
  const sent = telephoneBand(samples);
  const starts = steady(played);
  // Sample 0 of both, each at its time: nothing is heard before it was sent, but for frames that a stall has cost meanwhile.
  const least = Math.floor(8 * (sending.began - (starts[0] ?? sending.began) - SLACK));
  const alignment = align(sent, heard, least, REACH + held);
  const leftOut = shadow(stalls, sending.began, alignment.lags.length);
  const measures = compare(sent, alignment, { leftOut, still: 8 * still });
  let delay = 0;
  alignment.lags.forEach((lag, frame) => {
    const place = frame * FRAME_MS + lag / 8;
    const at = Math.min(starts.length - 1, Math.max(0, Math.floor(place / FRAME_MS)));
    delay += (starts[at] ?? 0) + (place - at * FRAME_MS) - sending.began - frame * FRAME_MS;
  });
  delay = FRAME_MS + delay / Math.max(1, alignment.lags.length);
  return { ...measures, delay, mos: opinion({ delay, ...measures }) };
}

/** When each frame was played by a clock that keeps its time: the median of what a second around it says. */
function steady(played: readonly Played[]): number[] {
  const reach = 25;
  return played.map((_, n) => {
    const around = played.slice(Math.max(0, n - reach), n + reach + 1);
    const first = Math.max(0, n - reach);
    const origins = around.map(({ at }, k) => at - FRAME_MS * (first + k)).sort((a, b) => a - b);
    return (origins[origins.length >> 1] as number) + FRAME_MS * n;
  });
}
