import { EMPTY, NEVER, type Observable, Subject, throwError } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Heard } from '../../../src/protocol/ask.ts';
import type { VoiceFeatures } from '../../../src/protocol/voice.ts';
import { FRAME } from '../../../src/terminal/audio/frame.ts';
import type { TapFrame } from '../../../src/terminal/audio/port.ts';
import { hearAnswer } from '../../../src/terminal/voice-id/answer.ts';
import type { Analysis, VoiceId } from '../../../src/terminal/voice-id/port.ts';
import { synthetic } from './people.ts';

const spoken = synthetic('en-us', 'four, seven, two, nine, one');
/** Without the silence after it. */
const SPOKEN = spoken.subarray(
  0,
  spoken.findLastIndex((sample) => Math.abs(sample) > 300),
);
const FEATURES: VoiceFeatures = { embeddings: [], netSeconds: 2, snr: 30, band: 'wide', level: -25, clipped: 0 };

/** Hears nothing until it is let. */
class Waiting implements VoiceId {
  readonly asked: Int16Array[] = [];
  readonly #tell: ((analysis: Analysis) => void)[] = [];

  analyse(answer: Int16Array): Promise<Analysis> {
    this.asked.push(answer);
    return new Promise((resolve) => this.#tell.push(resolve));
  }

  async tell(analysis: Analysis): Promise<void> {
    for (const tell of this.#tell.splice(0)) tell(analysis);
    await Promise.resolve();
  }

  warm(): void {}
  readonly counts = { analysed: 0, cannot: {} as never, started: 0 };
  async close(): Promise<void> {}
}

let frames: Subject<TapFrame>;
let voiceId: Waiting;
const heard: Heard[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  frames = new Subject();
  voiceId = new Waiting();
  heard.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const hear = (microphone: Observable<TapFrame> = frames) =>
  hearAnswer(microphone, voiceId, 8_000).subscribe((one) => heard.push(one));

/** Says this, and then nothing for so many frames. */
function say(sound: Int16Array, quiet = 0): void {
  for (let at = 0; at < sound.length + quiet * FRAME; at += FRAME) {
    const samples = new Int16Array(FRAME);
    samples.set(sound.subarray(at, at + FRAME));
    frames.next({ direction: 'near', rtpTime: null, samples, dropped: 0 });
  }
}

test('it is analysed before it is sure that it is over, and told when it is', async () => {
  hear();
  say(SPOKEN);
  // Of a pause between two words.
  await voiceId.tell({ judged: false, reason: 'failed', detail: '' });
  const before = voiceId.asked.length;
  say(new Int16Array(), 32);
  const early = voiceId.asked.length;
  expect(early).toBe(before + 1);
  await voiceId.tell({ judged: true, features: FEATURES });
  expect(heard).toEqual([]);
  say(new Int16Array(), 60);
  await Promise.resolve();
  expect(voiceId.asked).toHaveLength(early);
  expect(heard).toEqual([{ kind: 'answer', voice: expect.anything() }]);
  const [one] = heard;
  expect(one?.kind === 'answer' && one.voice.reveal()).toEqual({ answers: [FEATURES], first: [] });
  expect(frames.observed).toBe(false);
});

test('who goes on speaking is heard to his end: what was analysed in his pause is not what is told', async () => {
  hear();
  say(SPOKEN, 20);
  say(SPOKEN, 20);
  await voiceId.tell({ judged: false, reason: 'failed', detail: '' });
  say(new Int16Array(), 60);
  await voiceId.tell({ judged: true, features: FEATURES });
  expect(heard).toMatchObject([{ kind: 'answer' }]);
  const [first] = voiceId.asked;
  expect(voiceId.asked.at(-1)?.length).toBeGreaterThan(1.5 * (first?.length ?? 0));
});

test.each([
  ['that is not there', throwError(() => new Error('microphone: a call is up'))],
  ['that ends', EMPTY],
])('a microphone %s cannot be judged by', async (_, microphone) => {
  hear(microphone);
  expect(heard).toEqual([{ kind: 'unjudged', reason: 'no-microphone' }]);
});

test('a microphone that gives nothing is waited for, and not for ever', () => {
  hear(NEVER);
  vi.advanceTimersByTime(9_900);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(heard).toEqual([{ kind: 'unjudged', reason: 'no-microphone' }]);
});

test('one that ends in the middle of an answer cannot be judged by', () => {
  hear();
  say(SPOKEN);
  frames.complete();
  expect(heard).toEqual([{ kind: 'unjudged', reason: 'no-microphone' }]);
  expect(vi.getTimerCount()).toBe(0);
});

test('what stands in the way of the analysis is told', async () => {
  hear();
  say(SPOKEN, 80);
  await voiceId.tell({ judged: false, reason: 'died', detail: 'killed by SIGKILL' });
  expect(heard).toEqual([{ kind: 'unjudged', reason: 'died' }]);
});

test('who listens no more is told nothing, and nothing is left behind', async () => {
  const listening = hear();
  say(SPOKEN, 20);
  listening.unsubscribe();
  expect([frames.observed, vi.getTimerCount()]).toEqual([false, 0]);
  await voiceId.tell({ judged: true, features: FEATURES });
  expect(heard).toEqual([]);
});
