import type { Enrolled, Judge, Verdict } from '../../src/platform/callers/voiceprints/judge.ts';
import type { Answer } from '../../src/platform/callers/voiceprints/template.ts';
import { Digits } from '../../src/protocol/voice-check.ts';
import { joined } from '../../src/terminal/audio/frame.ts';
import type { VoiceId } from '../../src/terminal/voice-id/port.ts';

import type { Random } from '../terminal/call/random.ts';
import { type Channel, over } from './channel.ts';
import type { Speaker } from './data.ts';
import { hear } from './heard.ts';
import { hiss, music, silence } from './made.ts';
import { type Noise, noisy } from './noise.ts';
import { shuffled } from './plan.ts';
import type { Reader } from './prompted.ts';

/** What came of what was tried, by how often. */
export interface Tried {
  readonly what: string;
  readonly where: string;
  readonly verdicts: Readonly<Record<Verdict['verdict'], number>>;
}

interface Line {
  readonly name: string;
  readonly channel: Channel;
  readonly noise?: Noise;
}

const LINES: readonly Line[] = [
  { name: 'wide band', channel: 'wide' },
  { name: 'G.711', channel: 'g711' },
  { name: 'babble, 15 dB', channel: 'wide', noise: { kind: 'babble', snr: 15 } },
];

export interface Attacking {
  readonly engine: VoiceId;
  readonly judge: Judge;
  readonly speakers: readonly Speaker[];
  readonly random: Random;
  readonly rate: number;
}

/** Tries on each reader, over each line, what somebody could who wants to pass for him, one of `strangers`; and he himself. */
export async function attack(attacking: Attacking, readers: readonly Reader[], strangers = readers): Promise<Tried[]> {
  const { engine, judge, random, rate, speakers } = attacking;
  const tried = new Map<string, { what: string; where: string; verdicts: Record<Verdict['verdict'], number> }>();
  const note = (what: string, where: string, { verdict }: Verdict) => {
    const key = `${what}, ${where}`;
    const one = tried.get(key) ?? { what, where, verdicts: { accepted: 0, unsure: 0, refused: 0, unjudged: 0 } };
    one.verdicts[verdict] += 1;
    tried.set(key, one);
  };
  for (const reader of readers) {
    for (const line of LINES) {
      const enrolled = await enrol(attacking, reader, line);
      const spoken = async (sound: Int16Array): Promise<Answer> => {
        const there = line.noise ? noisy(sound, line.noise, reader.speaker, speakers, random) : sound;
        return hear(engine, over(line.channel, there));
      };
      const judged = (what: string, ...answers: Answer[]) =>
        note(what, line.name, judge.verdict(enrolled, answers, rate));
      const [asked, before, then] = prompts(random);
      const own = reader.say(asked);
      if (!own) continue;
      const right = await spoken(own);
      judged('he himself', { ...right, said: asked });
      judged('he himself, one digit of five another', { ...right, said: oneOther(asked, random) });
      judged('a recording of him, other digits', { ...right, said: before });
      judged('the same recording, played twice', { ...right, said: before }, { ...right, said: then });
      if (reader.other) judged('a recording of him, other words', { ...(await spoken(reader.other)), said: asked });
      const stranger = random.pick(strangers.filter(({ speaker }) => speaker !== reader.speaker));
      const theirs = stranger.say(asked);
      if (theirs) {
        judged('a stranger', { ...(await spoken(theirs)), said: asked });
        const [first, rest] = [reader.say(asked.slice(0, 1)), stranger.say(asked.slice(1))];
        if (first && rest)
          judged('a stranger from the second digit on', { ...(await spoken(joined([first, rest]))), said: asked });
      }
      for (const [what, sound] of [
        ['silence', silence()],
        ['hiss', hiss(random)],
        ['music', music()],
      ] as const)
        judged(what, { ...(await spoken(sound)), said: asked });
    }
  }
  return [...tried.values()];
}

async function enrol({ engine, judge }: Attacking, { enrolment }: Reader, { channel }: Line): Promise<Enrolled> {
  const answers: Answer[] = [];
  for (const { digits, sound } of enrolment)
    answers.push({ ...(await hear(engine, over(channel, sound))), said: digits });
  return judge.enrolled({ answers });
}

/** Three prompts, each with none of its digits twice. */
const prompts = (random: Random) => {
  const drawn = () =>
    Digits.parse(
      shuffled([...'0123456789'], random)
        .slice(0, 5)
        .join(''),
    );
  return [drawn(), drawn(), drawn()] as const;
};

function oneOther(digits: Digits, random: Random): Digits {
  const at = random.below(digits.length);
  const other = random.pick([...'0123456789'].filter((digit) => !digits.includes(digit)));
  return Digits.parse(`${digits.slice(0, at)}${other}${digits.slice(at + 1)}`);
}
