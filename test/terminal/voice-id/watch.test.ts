import { MessageChannel } from 'node:worker_threads';
import { Observable } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Speaker } from '../../../sim/world/port.ts';
import { speakDigits } from '../../../sim/world/speaker.ts';
import { Judge } from '../../../src/platform/callers/voiceprints/judge.ts';
import { shippedBackends, shippedCalibration } from '../../../src/platform/callers/voiceprints/shipped.ts';
import { templateOf } from '../../../src/platform/callers/voiceprints/template.ts';
import type { CallId } from '../../../src/protocol/units.ts';
import type { Voices } from '../../../src/protocol/voice.ts';
import { clamp16, joined } from '../../../src/terminal/audio/frame.ts';
import type { TapFrame } from '../../../src/terminal/audio/port.ts';
import { readTap } from '../../../src/terminal/audio/tap.ts';
import type { Engine as MediaEngine } from '../../../src/terminal/telephony/media/engine.ts';
import { type Engine, type EngineOptions, voiceId } from '../../../src/terminal/voice-id/engine.ts';
import { type Listener, openListener, type VoiceEvent } from '../../../src/terminal/voice-id/listener.ts';

import { Stepped } from '../telephony/media/stepped.ts';
import { PROGRAM } from './people.ts';

/** Calls are named so in media. */
const CALL = 'a' as CallId;
const FRAME = 320;

let world: Stepped;
let engine: Engine;
let listener: Listener;
const told: VoiceEvent[] = [];
/** Taps that are read. */
let taps: number;
beforeEach(() => {
  world = new Stepped();
  told.length = 0;
  taps = 0;
});
afterEach(async () => {
  await listener.close();
  await world.close();
});

/** Has who speaks in the calls of `media` heard by a process of its own. */
function listen(media: MediaEngine, options: EngineOptions = {}): void {
  engine = voiceId({ program: PROGRAM, ...options });
  const tap = (call: string) =>
    new Observable<TapFrame>((subscriber) => {
      const { port1, port2 } = new MessageChannel();
      try {
        media.tap(call, port2);
      } catch (cause) {
        port1.close();
        subscriber.error(cause);
        return undefined;
      }
      taps += 1;
      const subscription = readTap(port1).subscribe(subscriber);
      subscription.add(() => {
        taps -= 1;
      });
      return subscription;
    });
  listener = openListener({ tap, microphone: () => tap('none') }, engine, () => new Uint8Array());
  listener.events.subscribe((event) => told.push(event));
}

/** A speaker who talks on and on, as loud as `gain` makes him. */
function talker(speaker: Speaker, gain = 1): () => Int16Array {
  let speech: Int16Array = new Int16Array();
  let at = 0;
  return () => {
    if (at + FRAME > speech.length) {
      speech = joined([speech.subarray(at), new Int16Array(8_000), speakDigits(speaker, '4729105386')]);
      at = 0;
    }
    at += FRAME;
    return speech.slice(at - FRAME, at).map((sample) => clamp16(sample * gain));
  };
}

/** Two terminals in a call; of `a` the bridge is open and the voice watched. */
async function call() {
  const { a, b } = await world.pair();
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  listen(a.engine);
  listener.watch(CALL);
  return { a, b };
}

const voices = (): Voices[] => told.flatMap((event) => (event.type === 'windows' ? [event.voice.reveal()] : []));

/** Lets the call go on until so many times something was told. */
async function until(count: number): Promise<void> {
  for (let n = 0; voices().length < count; n++) {
    if (n === 100) throw new Error(`100 s of it, and ${voices().length} were told`);
    await world.step(50);
    await engine.analyse(new Int16Array());
  }
}

/** Whether windows are of whom was heard first, at one false accept of a hundred. */
function compared({ answers, first }: Voices): string {
  const judge = new Judge(shippedBackends(), shippedCalibration());
  return judge.verdict(judge.enrolled(templateOf(first)), answers, 0.01).verdict;
}

test('who speaks is told three windows at a time, with the first of the call to compare them to', async () => {
  const { a } = await call();
  a.speak = talker('daniel');
  await until(2);
  const [one, two] = voices();
  expect(one?.first).toEqual([]);
  expect(one?.answers).toHaveLength(3);
  expect(two?.first).toEqual(one?.answers);
  for (const { netSeconds, snr, frames } of two?.answers ?? []) {
    // Who speaks, and nothing of what he says.
    expect(frames).toBeUndefined();
    expect(netSeconds).toBeGreaterThan(2.5);
    expect(snr).toBeGreaterThan(10);
  }
  expect(compared(two as Voices)).toBe('accepted');
});

test('the handset is passed to somebody else, and back', async () => {
  const { a } = await call();
  a.speak = talker('daniel');
  await until(1);
  a.speak = talker('james');
  await until(3);
  a.speak = talker('daniel');
  await until(5);
  const [, , other, , again] = voices();
  expect(compared(other as Voices)).not.toBe('accepted');
  expect(compared(again as Voices)).toBe('accepted');
});

test('the called party, loud in the earpiece, is not taken for the caller', async () => {
  const { a, b } = await call();
  const [maria, daniel, silence] = [talker('maria', 3), talker('daniel'), () => new Int16Array(FRAME)];
  // They take turns of four seconds, once he speaks at all.
  let tick = 0;
  let speaks = false;
  b.speak = () => (speaks && tick % 400 < 200 ? silence() : maria());
  // What comes back of the earpiece is 14 dB softer, and 240 ms late.
  a.speak = () => {
    tick += 1;
    const echo = a.heard.at(-12) ?? silence();
    const own = speaks && tick % 400 < 200 ? daniel() : silence();
    return own.map((sample, n) => clamp16(sample + 0.2 * (echo[n] ?? 0)));
  };
  await world.step(1_500);
  expect([voices().length, engine.counts.analysed]).toEqual([0, 0]);
  speaks = true;
  await until(2);
  expect(compared(voices()[1] as Voices)).toBe('accepted');
});

test('a process that is killed in the middle costs a window at most', async () => {
  const { a } = await call();
  a.speak = talker('daniel');
  await until(1);
  process.kill(engine.pid as number, 'SIGKILL');
  await until(2);
  expect(engine.counts.started).toBe(2);
});

test('where no voice can be heard at all, the call is listened to no more', async () => {
  const { a } = await world.pair();
  a.do({ type: 'bridge', call: 'a', on: true });
  listen(a.engine, { folder: '/nowhere' });
  listener.watch(CALL);
  a.speak = talker('daniel');
  expect(taps).toBe(1);
  for (let n = 0; n < 20 && taps > 0; n++) await world.step(50);
  expect([taps, told, engine.counts.cannot['missing-file']]).toEqual([0, [], 1]);
});

test('a privileged call is listened to by nobody, nor one that is not there', async () => {
  const terminal = world.add();
  await terminal.engine.open('a', '127.0.0.1', { privileged: true });
  listen(terminal.engine);
  listener.watch(CALL);
  listener.watch('b' as CallId);
  expect(told).toEqual([
    { type: 'unwatched', detail: 'call a is privileged and cannot be tapped' },
    { type: 'unwatched', detail: 'no media of call b' },
  ]);
});

test('the end of the call is the end of it', async () => {
  const { a } = await call();
  a.do({ type: 'release', call: 'a' });
  await world.step(3);
  expect([taps, told]).toEqual([0, []]);
});
