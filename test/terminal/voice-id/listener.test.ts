import { afterEach, expect, test } from 'vitest';
import type { CallId } from '../../../src/protocol/units.ts';
import { FIT, unfit } from '../../../src/protocol/voice.ts';
import { joined } from '../../../src/terminal/audio/frame.ts';
import { decodeName, encodeName } from '../../../src/terminal/telephony/media/spoken-name.ts';
import { type Engine, type EngineOptions, voiceId } from '../../../src/terminal/voice-id/engine.ts';
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

async function phone(options: EngineOptions = {}): Promise<Phone> {
  const one = await caller();
  closers.push(one.close);
  const engine = voiceId({ program: PROGRAM, ...options });
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

test('who hangs up in the middle of his answer is told nothing, and a new answer is taken from its own beginning', async () => {
  const { listener, say, until, told } = await phone();
  listener.listen(CALL, 1, 'answer', LONGEST);
  await say(SPOKEN.subarray(0, 16_000));
  listener.stop();
  listener.listen(CALL, 2, 'answer', LONGEST);
  await say(SPOKEN);
  await until(1);
  expect(told).toMatchObject([{ type: 'answer', listen: 2, heard: { kind: 'answer' } }]);
});

test('a call that begins ends the listening', async () => {
  const { listener, say, until, media } = await phone();
  listener.listen(CALL, 1, 'answer', LONGEST);
  await say(SPOKEN.subarray(0, 16_000));
  await media.open('p', '127.0.0.1', { privileged: true });
  const lost = { kind: 'unjudged', reason: 'no-microphone' };
  expect(answerOf((await until(1))[0])).toEqual(lost);
  listener.listen(CALL, 2, 'answer', LONGEST);
  expect(answerOf((await until(2))[1])).toEqual(lost);
});

test.each([
  ['died', 'SIGKILL'],
  ['hung', 'SIGSTOP'],
] as const)(
  'of a process that %s with an answer that is told, and the next answer is judged',
  async (reason, signal) => {
    const { listener, say, until, engine } = await phone({ patience: 3_000 });
    await engine.analyse(new Int16Array());
    process.kill(engine.pid as number, 'SIGSTOP');
    listener.listen(CALL, 1, 'answer', LONGEST);
    // In one, so that it is given nothing before the end of it; which it is in the second after.
    await say(joined([synthetic('en-us', 'four seven two nine one'), new Int16Array(16_000)]));
    process.kill(engine.pid as number, signal);
    expect(answerOf((await until(1))[0])).toEqual({ kind: 'unjudged', reason });
    listener.listen(CALL, 2, 'answer', LONGEST);
    await say(SPOKEN);
    expect(Array.isArray(answerOf((await until(2))[1]))).toBe(true);
  },
);

test('a process that is killed while he speaks is replaced, and his answer is judged', async () => {
  const { listener, say, until, engine } = await phone();
  await engine.analyse(new Int16Array());
  listener.listen(CALL, 1, 'answer', LONGEST);
  await say(SPOKEN.subarray(0, 24_000));
  process.kill(engine.pid as number, 'SIGKILL');
  await say(SPOKEN.subarray(24_000));
  expect(Array.isArray(answerOf((await until(1))[0]))).toBe(true);
  expect(engine.counts.started).toBe(2);
});

test('without the program it cannot be judged, and that is told', async () => {
  const { listener, say, until } = await phone({ program: '/nowhere/voice-child.js' });
  listener.listen(CALL, 1, 'answer', LONGEST);
  await say(SPOKEN);
  expect(answerOf((await until(1))[0])).toEqual({ kind: 'unjudged', reason: 'died' });
});

test('at a handset for text telephones nobody is listened to, and no process is started', () => {
  const told: VoiceEvent[] = [];
  const never = () => {
    throw new Error('nobody listens');
  };
  const listener = openListener({ microphone: never, tap: never }, null, never);
  listener.events.subscribe((event) => told.push(event));
  listener.warm();
  listener.listen(CALL, 1, 'answer', LONGEST);
  listener.watch(CALL);
  expect(told).toEqual([
    { type: 'answer', call: CALL, listen: 1, heard: { kind: 'unjudged', reason: 'not-supported' } },
  ]);
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
