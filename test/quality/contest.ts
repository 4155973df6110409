import { BEST, type Buffering, startBaresip } from './baresip.ts';
import type { Contestant } from './contestant.ts';
import { startOurs } from './ours.ts';
import type { Row } from './rows.ts';
import { type Recording, record, type Score, score } from './run.ts';
import type { Speech } from './speech.ts';
import { longest, shadow } from './stall.ts';

/** One network with one seed, heard by all. */
export interface Outcome {
  readonly row: string;
  readonly seed: number;
  readonly ours: Score;
  /** Two of it, to see what is noise. */
  readonly baresip: readonly [Score, Score];
  /** Part of the speech that is left out of the count, because the machine stalled, 0 to 1. */
  readonly left: number;
  /** The longest stall, ms. */
  readonly stall: number;
  /** How late packets left: median and 99th percentile, ms. */
  readonly sender: { readonly p50: number; readonly p99: number };
  /** What our engine counted. */
  readonly told: string;
}

/** What is run. */
export interface Plan {
  readonly rows: readonly Row[];
  readonly seeds: readonly number[];
  readonly speech: Speech;
  /** Runs under way together. */
  readonly together: number;
  /** How often a run is made again that was disturbed by more than `TOLERABLE`. */
  readonly again: number;
  readonly buffering?: Buffering;
  /** Before a pass in real time, and after it, when nothing is urgent any more. */
  readonly urgent?: (is: boolean) => void;
}

/** How far a run may be disturbed. A long stall leaves the buffers deep for many seconds: 240 ms are too much by themselves. */
const TOLERABLE = 0.6;
const disturbance = ({ left, stall }: Outcome): number => left + stall / 400;

/** Runs all of `plan`, so many at a time; `tell` hears how far it is. Runs with too many stalls are made again, and the best is kept. */
export async function contest(plan: Plan, tell: (line: string) => void): Promise<Outcome[]> {
  let jobs = plan.rows.flatMap((row) => plan.seeds.map((seed) => ({ row, seed })));
  const outcomes = new Map<string, Outcome>();
  for (let round = 0; round <= plan.again && jobs.length > 0; round++) {
    for (let at = 0; at < jobs.length; at += plan.together) {
      const pass = jobs.slice(at, at + plan.together);
      tell(`${round === 0 ? '' : 'again: '}runs ${at + 1} to ${at + pass.length} of ${jobs.length}`);
      for (const outcome of await together(pass, plan)) {
        const key = `${outcome.row} ${outcome.seed}`;
        const before = outcomes.get(key);
        if (!before || disturbance(outcome) < disturbance(before)) outcomes.set(key, outcome);
      }
    }
    jobs = jobs.filter(({ row, seed }) => {
      const outcome = outcomes.get(`${row.name} ${seed}`);
      return !outcome || disturbance(outcome) > TOLERABLE;
    });
  }
  return plan.rows.flatMap((row) => plan.seeds.flatMap((seed) => outcomes.get(`${row.name} ${seed}`) ?? []));
}

interface Job {
  row: Row;
  seed: number;
}

async function together(jobs: readonly Job[], { speech, buffering = BEST, urgent }: Plan): Promise<Outcome[]> {
  urgent?.(true);
  const phones: Contestant[][] = [];
  try {
    for (const _ of jobs) phones.push(await threePhones(buffering));
    const recordings = await Promise.all(
      jobs.map(({ row: { impairment }, seed }, n) =>
        record(phones[n] ?? [], speech, { impairment, seed }, (n * 20) / jobs.length),
      ),
    );
    urgent?.(false);
    return jobs.map(({ row, seed }, n) => judged(row, seed, recordings[n] ?? [], speech));
  } catch (error) {
    await Promise.allSettled(phones.flat().map((phone) => phone.close()));
    throw error;
  }
}

/** Ours and two of baresip's; none is left running where one cannot be had. */
async function threePhones(buffering: Buffering): Promise<Contestant[]> {
  const started = await Promise.allSettled([startOurs(), startBaresip(buffering), startBaresip(buffering)]);
  const phones = started.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (!failed) return phones;
  await Promise.allSettled(phones.map((phone) => phone.close()));
  throw failed.reason;
}

function judged(row: Row, seed: number, recordings: readonly Recording[], speech: Speech): Outcome {
  const [ours, first, second] = recordings;
  if (!ours || !first || !second) throw new Error(`${row.name}: a recording is missing`);
  const count = speech.payloads.length;
  const late = [...ours.sending.lateness].sort((a, b) => a - b);
  const at = (p: number) => late[Math.ceil(p * late.length) - 1] ?? Number.NaN;
  return {
    row: row.name,
    seed,
    ours: score(ours, speech),
    baresip: [score(first, speech), score(second, speech)],
    left: shadow(ours.stalls, ours.sending.began, count).filter(Boolean).length / count,
    stall: longest(ours.stalls),
    sender: { p50: at(0.5), p99: at(0.99) },
    told: ours.told,
  };
}
