import type { VoiceFeatures } from '../../src/protocol/voice.ts';
import { joined } from '../../src/terminal/audio/frame.ts';
import type { VoiceId } from '../../src/terminal/voice-id/port.ts';

import { Random } from '../terminal/call/random.ts';
import { type Channel, over } from './channel.ts';
import { type Condition, WORDS } from './conditions.ts';
import type { Speaker } from './data.ts';
import { atTheChin } from './handset.ts';
import { noisy } from './noise.ts';
import type { Round } from './plan.ts';

/** What was heard of one round under one condition; no answers where the person has too few words for it. */
export interface Heard {
  readonly speaker: string;
  readonly enrolment: readonly VoiceFeatures[];
  readonly answer: VoiceFeatures;
  /** To one more prompt of as many other words; null where he has not so many. */
  readonly again: VoiceFeatures | null;
}

export interface Hearing {
  readonly engine: VoiceId;
  readonly speakers: readonly Speaker[];
  readonly rounds: readonly Round[];
  readonly conditions: readonly Condition[];
  readonly seed: number;
  readonly progress: (part: number) => void;
}

/** Has the engine hear all rounds under all conditions. Each enrolment is heard once over each channel. */
export async function hearAll(hearing: Hearing): Promise<Map<Condition, Heard[]>> {
  const { engine, speakers, rounds, conditions, seed, progress } = hearing;
  const heard = new Map<Condition, Heard[]>(conditions.map((condition) => [condition, []]));
  const random = new Random(seed);
  for (const [n, round] of rounds.entries()) {
    const enrolments = new Map<Channel, VoiceFeatures[]>();
    for (const condition of conditions) {
      const { enrolled, verified, noise, words } = condition;
      if (round.words.length < words) continue;
      let enrolment = enrolments.get(enrolled);
      if (!enrolment) {
        enrolment = [];
        for (const prompt of round.enrolment) enrolment.push(await hear(engine, over(enrolled, prompt)));
        enrolments.set(enrolled, enrolment);
      }
      const say = (from: number) => {
        const said = joined(round.words.slice(from, from + words));
        const near = condition.chin ? atTheChin(said, random) : said;
        return hear(engine, over(verified, noise ? noisy(near, noise, round.speaker, speakers, random) : near));
      };
      const answer = await say(0);
      const again = words === WORDS && round.words.length >= 2 * words ? await say(words) : null;
      heard.get(condition)?.push({ speaker: round.speaker, enrolment, answer, again });
    }
    progress((n + 1) / rounds.length);
  }
  return heard;
}

/** @throws Error where it could not be heard */
export async function hear(engine: VoiceId, sound: Int16Array): Promise<VoiceFeatures> {
  const analysis = await engine.analyse(sound);
  if (!analysis.judged) throw new Error(`an answer was not heard (${analysis.reason}): ${analysis.detail}`);
  return analysis.features;
}
