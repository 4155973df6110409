import { afterEach, expect, test } from 'vitest';
import type { CallId } from '../../../src/protocol/units.ts';
import { FIT, unfit } from '../../../src/protocol/voice.ts';
import { decodeName, encodeName } from '../../../src/terminal/telephony/media/spoken-name.ts';
import { type Engine, voiceId } from '../../../src/terminal/voice-id/engine.ts';
import { type Listener, openListener, type VoiceEvent } from '../../../src/terminal/voice-id/listener.ts';
import { type Caller, caller } from './caller.ts';
import { PROGRAM, synthetic } from './people.ts';

const CALL = '11111111-1111-4111-8111-111111111111' as CallId;
const SPOKEN = synthetic('en-us', 'four, seven, two, nine, one');
const LONGEST = 8_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Phone extends Caller {
  readonly engine: Engine;
  readonly listener: Listener;
  readonly told: VoiceEvent[];
  until(count: number): Promise<VoiceEvent[]>;
}

async function phone(program: string = PROGRAM): Promise<Phone> {
  const one = await caller();
  closers.push(one.close);
  const engine = voiceId({ program });
  const listener = openListener(one.media, engine, encodeName);
  closers.push(listener.close);
  const told: VoiceEvent[] = [];
  listener.events.subscribe((event) => told.push(event));
  const until = async (count: number) => {
    await expect.poll(() => told.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
    return told;
  };
  return { ...one, engine, listener, told, until };
}

function answerOf(event: VoiceEvent | undefined) {
  if (event?.type !== 'answer') throw new Error(`no answer: ${event?.type}`);
  const { heard } = event;
  return heard.kind === 'answer' ? heard.voice.reveal().answers : heard;
}

test('an answer is taken until it is over, and what it was like is told', async () => {
  const { listener, say, until, engine } = await phone();
  expect(engine.pid).toBeNull();
  listener.warm();
  listener.listen(CALL, 1, 'answer', LONGEST);
  await say(SPOKEN);
  const [event] = await until(1);
  expect(event).toMatchObject({ type: 'answer', call: CALL, listen: 1 });
  const answers = answerOf(event);
  if (!Array.isArray(answers)) throw new Error('no answer');
  expect(answers.map((features) => unfit(features, FIT.enrolment))).toEqual([[]]);
});

test('who says nothing is told to be silent', async () => {
  const { listener, until } = await phone();
  listener.listen(CALL, 3, 'answer', LONGEST);
  expect(await until(1)).toEqual([{ type: 'answer', call: CALL, listen: 3, heard: { kind: 'silent' } }]);
});

test('a name is what was said, without the silence around it, as it is played in greetings; no voice is analysed for it', async () => {
  const { listener, say, until, engine } = await phone();
  listener.listen(CALL, 4, 'name', 5_000);
  await say(synthetic('en-us', 'Maria Alvarez'));
  const [event] = await until(1);
  const heard = event?.type === 'answer' ? event.heard : null;
  if (heard?.kind !== 'name') throw new Error(`no name: ${heard?.kind}`);
  expect(JSON.stringify(event)).not.toContain(heard.name.reveal());
  const sound = decodeName(Buffer.from(heard.name.reveal(), 'base64'));
  expect(sound.length / 16_000).toBeGreaterThan(0.5);
  expect(sound.length / 16_000).toBeLessThan(2.5);
  expect(Math.max(...sound)).toBeGreaterThan(1_000);
  expect(engine.pid).toBeNull();
});
