import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { unpacked } from '../../../src/protocol/embedding.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { FIT, type Unfit, unfit, type VoiceFeatures } from '../../../src/protocol/voice.ts';
import { type Engine, type EngineOptions, voiceId } from '../../../src/terminal/voice-id/engine.ts';
import type { Analysis } from '../../../src/terminal/voice-id/port.ts';
import { over } from '../../voice-id/channel.ts';
import { digits, PEOPLE, PROGRAM, recorded, synthetic } from './people.ts';

const MODELS = join(packageRoot(), 'src/terminal/voice-id/models');
const SPOKEN = synthetic('en-us', 'four, seven, two, nine, one');
const engines: Engine[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function started(options: EngineOptions = {}): Engine {
  const engine = voiceId({ program: PROGRAM, ...options });
  engines.push(engine);
  return engine;
}

/** A copy of our models that a test may spoil. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  folders.push(folder);
  cpSync(MODELS, folder, { recursive: true });
  return folder;
}

function featuresOf(analysis: Analysis): VoiceFeatures {
  if (!analysis.judged) throw new Error(`${analysis.reason}: ${analysis.detail}`);
  return analysis.features;
}

/** What each model made of these answers, less what is common to all of them, of length 1. */
function voicesOf(all: readonly VoiceFeatures[]): Float64Array[][] {
  const raw = all.map(({ embeddings }) => embeddings.map(({ values }) => unpacked(values)));
  const middle = (model: number, k: number) => raw.reduce((sum, one) => sum + (one[model]?.[k] ?? 0), 0) / raw.length;
  return raw.map((one) =>
    one.map((values, model) => {
      const apart = values.map((value, k) => value - middle(model, k));
      return apart.map((value) => value / Math.hypot(...apart));
    }),
  );
}

/** Sum over the models of the cosine between two voices. */
const likeness = (a: readonly Float64Array[], b: readonly Float64Array[]) =>
  a.reduce((sum, x, model) => sum + x.reduce((dot, value, k) => dot + value * (b[model]?.[k] ?? 0), 0), 0);

/** The engine's process, once it has one that is ready. */
async function ready(engine: Engine): Promise<number> {
  featuresOf(await engine.analyse(SPOKEN));
  return engine.pid as number;
}

test('an answer is heard: both models, speech without its pauses, and what it was like', async () => {
  const features = featuresOf(await started().analyse(SPOKEN));
  expect(features.embeddings.map(({ model, values }) => [model, unpacked(values).length])).toEqual([
    [expect.stringMatching(/^spk-tdnn-128@/), 128],
    [expect.stringMatching(/^spk-tdnn-128-both@/), 128],
  ]);
  expect(features.netSeconds).toBeGreaterThan(1);
  expect(features.netSeconds).toBeLessThan(SPOKEN.length / 16_000);
  expect(features).toMatchObject({ band: 'wide', clipped: 0 });
  expect(unfit(features, FIT.enrolment)).toEqual([]);
});

test.runIf(recorded)('of real people, each is more like himself with other digits than like any other', async () => {
  const engine = started();
  const hear = async (which: string) =>
    Promise.all(PEOPLE.map(async (person) => featuresOf(await engine.analyse(digits(person, which)))));
  const all = [...(await hear('01234')), ...(await hear('56789'))];
  expect(all.map(({ band }) => band)).toEqual(all.map(() => 'narrow'));
  const voices = voicesOf(all);
  const second = voices.slice(PEOPLE.length);
  PEOPLE.forEach((person, n) => {
    const alike = second.map((other) => likeness(voices[n] ?? [], other));
    const others = alike.filter((_, m) => m !== n && !bothAllison(n, m));
    expect(alike[n], person).toBeGreaterThan(Math.max(...others));
  });
});
const bothAllison = (n: number, m: number) => n < 2 && m < 2;

test.runIf(recorded)('over a line as much speech is heard as without one', async () => {
  const engine = started();
  const net = async (sound: Int16Array) => featuresOf(await engine.analyse(sound)).netSeconds;
  for (const person of PEOPLE) {
    // As Silero's model hears least of: softly, and over a line.
    const softly = digits(person, '01234').map((sample) => sample / 10);
    expect(await net(over('g711', softly)), person).toBeGreaterThan(0.8 * (await net(softly)));
  }
});

const seconds = (of: number, sample: (n: number) => number) =>
  Int16Array.from({ length: 16_000 * of }, (_, n) => sample(n));
const louder = (by: number) => SPOKEN.map((sample) => Math.max(-32_768, Math.min(32_767, by * sample)));
/** Chance of its own: the same each time. */
const hiss = (loud: number) => (n: number) => loud * (((Math.imul(n + 1, 0x9e3779b1) >>> 8) % 20_001) / 10_000 - 1);

test.each<[string, Unfit, Int16Array]>([
  ['silence', 'too-little-speech', seconds(3, () => 0)],
  ['nothing at all', 'too-little-speech', new Int16Array(0)],
  ['hiss', 'too-little-speech', seconds(3, hiss(4_000))],
  ['hiss over a line', 'too-little-speech', over('g711', seconds(3, hiss(4_000)))],
  ['a tone', 'too-little-speech', seconds(3, (n) => 9_000 * Math.sin(n / 6))],
  [
    'a tone over a line',
    'too-little-speech',
    over(
      'g711',
      seconds(3, (n) => 9_000 * Math.sin(n / 6)),
    ),
  ],
  ['one short word', 'too-little-speech', synthetic('en-us', 'two')],
  ['a shout into the microphone', 'clipped', louder(20)],
  ['a whisper from afar', 'too-soft', louder(0.008)],
  ['speech in hiss', 'too-noisy', SPOKEN.map((sample, n) => 0.5 * sample + hiss(1_000)(n))],
])('%s is not fit for an enrolment: %s', async (_name, why, answer) => {
  expect(unfit(featuresOf(await started().analyse(answer)), FIT.enrolment)).toContain(why);
});

test('a model file that is damaged is not loaded: the answer cannot be judged, and which file it is is said', async () => {
  const folder = copy();
  const file = join(folder, 'spk-tdnn-128.onnx');
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(90_000) ^ 1, 90_000);
  writeFileSync(file, bytes);
  const engine = started({ folder });
  expect(await engine.analyse(SPOKEN)).toMatchObject({
    judged: false,
    reason: 'wrong-file',
    detail: expect.stringContaining(file),
  });
  writeFileSync(file, readFileSync(join(MODELS, 'spk-tdnn-128.onnx')));
  featuresOf(await engine.analyse(SPOKEN));
  expect(engine.counts).toMatchObject({ analysed: 1, cannot: { 'wrong-file': 1 }, started: 2 });
});

test('a model file that is listed but no model ends its process, and nothing else', async () => {
  const folder = copy();
  writeFileSync(join(folder, 'spk-tdnn-128-both.onnx'), '');
  const list = readFileSync(join(folder, 'models.json'), 'utf8');
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  writeFileSync(join(folder, 'models.json'), list.replace(/\w{64}(?=\W+\]\s*\}\s*$)/, empty));
  expect(await started({ folder }).analyse(SPOKEN)).toMatchObject({ judged: false, reason: 'died' });
});

test.each(readdirSync(MODELS).filter((file) => /onnx$|json$/.test(file)))(
  'without %s it cannot be judged',
  async (file) => {
    const folder = copy();
    rmSync(join(folder, file));
    expect(await started({ folder }).analyse(SPOKEN)).toMatchObject({
      judged: false,
      reason: 'missing-file',
      detail: expect.stringContaining(file),
    });
  },
);

test('a process that is not there is told, not thrown', async () => {
  expect(await started({ program: '/nowhere/voice-child.js' }).analyse(SPOKEN)).toMatchObject({
    judged: false,
    reason: 'died',
  });
});

test('killed while it has an answer: that one cannot be judged, those that wait are, by a new process', async () => {
  const engine = started();
  const pid = await ready(engine);
  process.kill(pid, 'SIGSTOP');
  const [first, ...others] = [1, 2, 3].map(() => engine.analyse(SPOKEN));
  process.kill(pid, 'SIGKILL');
  expect(await first).toEqual({ judged: false, reason: 'died', detail: 'killed by SIGKILL' });
  for (const other of others) featuresOf(await other);
  expect(engine.counts).toMatchObject({ analysed: 3, cannot: { died: 1 }, started: 2 });
});

test('one that hangs is killed after its time, and the next answer has a new one', async () => {
  const engine = started({ patience: 3_000 });
  process.kill(await ready(engine), 'SIGSTOP');
  expect(await engine.analyse(SPOKEN)).toMatchObject({ judged: false, reason: 'hung' });
  await ready(engine);
  expect(engine.counts).toMatchObject({ analysed: 2, cannot: { hung: 1 }, started: 2 });
});

test('killed while nobody is speaking, it is not missed', async () => {
  const engine = started();
  const pid = await ready(engine);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => engine.pid, { timeout: 20_000 }).toBeNull();
  await ready(engine);
  expect(engine.counts.cannot.died).toBe(0);
});

test('more answers than may wait are refused at once; closing tells all that wait, and ends the process', async () => {
  const engine = started();
  const pid = await ready(engine);
  process.kill(pid, 'SIGSTOP');
  const all = Array.from({ length: 11 }, () => engine.analyse(SPOKEN));
  expect(await Promise.all(all.slice(9))).toMatchObject([{ reason: 'busy' }, { reason: 'busy' }]);
  await engine.close();
  expect((await Promise.all(all.slice(0, 9))).map((each) => !each.judged && each.reason)).toEqual(
    Array(9).fill('closed'),
  );
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(await engine.analyse(SPOKEN)).toMatchObject({ judged: false, reason: 'closed' });
});

/** `TIERPHONE_ANSWERS=10000 npx vitest run test/terminal/voice-id` is the long form. */
const ANSWERS = Number(process.env.TIERPHONE_ANSWERS ?? 60);

describe('memory', () => {
  test('a process is replaced after so many answers, and no answer is lost by it', async () => {
    const engine = started({ answers: 3 });
    const all = await Promise.all(Array.from({ length: 8 }, () => engine.analyse(SPOKEN)));
    expect(all.filter(({ judged }) => judged)).toHaveLength(8);
    expect(engine.counts.started).toBe(3);
  });

  test('one that has grown is replaced after its answer', async () => {
    const engine = started({ memory: 1 });
    await ready(engine);
    await ready(engine);
    expect(engine.counts).toMatchObject({ analysed: 2, started: 3 });
  });

  test(`stays below 100 MB over ${ANSWERS} answers`, { timeout: 60_000 + 200 * ANSWERS }, async () => {
    const engine = started({ answers: Number.POSITIVE_INFINITY });
    const pid = await ready(engine);
    for (let n = 1; n < ANSWERS; n++) featuresOf(await engine.analyse(SPOKEN));
    expect(engine.pid).toBe(pid);
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    expect(Number(peak?.[1]) / 1_024).toBeLessThan(100);
  });
});
