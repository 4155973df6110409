import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joined } from '../../../../src/terminal/audio/frame.ts';
import { encodeName } from '../../../../src/terminal/telephony/media/spoken-name.ts';
import { levelAt, toneFrames } from '../../../signal.ts';
import { wav } from '../../audio/wav-file.ts';
import { peak, Stepped } from './stepped.ts';

let folder: string;
let world: Stepped;
/** 100 ms of a tone. */
const beep = (hz: number, level = -10) => {
  const tone = toneFrames(hz, level);
  return joined(Array.from({ length: 5 }, tone));
};

beforeEach(async () => {
  world = new Stepped();
  folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  for (const sub of ['ours/en', 'ours/es', 'site/en', 'site/names'])
    await mkdir(join(folder, sub), { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'ours/en/one.wav'), wav(beep(500))),
    writeFile(join(folder, 'ours/en/two.wav'), wav(beep(900))),
    writeFile(join(folder, 'ours/es/one.wav'), wav(beep(1_300))),
  ]);
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const ours = () => ({ builtIn: join(folder, 'ours') });
const both = () => ({ ...ours(), site: join(folder, 'site') });

const say = (to: 'caller' | 'callee' | 'both', number: number, clips: string[], call = 'c', language = 'en') =>
  ({ type: 'say', request: { call, say: number, to, language, clips } }) as const;

/** All that was heard, joined, from the first sample that sounds. */
function speech(heard: readonly Int16Array[]): Int16Array {
  const all = joined(heard);
  return all.subarray(all.findIndex((sample) => sample !== 0));
}

test('recordings follow one another without a gap, and the end is told with the last sample', async () => {
  const terminal = world.add({ recordings: ours() });
  await terminal.engine.loaded;
  terminal.do(say('caller', 1, ['one', 'two', 'one']));
  await world.step(14);
  expect(terminal.told).toEqual([]);
  await world.step(1);
  expect(terminal.told).toEqual([{ type: 'said', call: 'c', say: 1 }]);
  await world.step(2);
  const expected = joined([beep(500), beep(900), beep(500)]);
  expect(joined(terminal.heard).subarray(0, expected.length)).toEqual(expected);
  expect(peak(terminal.last(2))).toBe(0);
});

test('the language and the site choose the recording; a name the site has not is passed over', async () => {
  const terminal = world.add({ recordings: both() });
  const said = (number: number) => () => terminal.all('said').some((event) => event.say === number);
  await writeFile(join(folder, 'site/en/two.wav'), wav(beep(2_000)));
  await writeFile(join(folder, 'site/names/facility-name.wav'), wav(beep(2_500)));
  terminal.do(say('caller', 1, ['site/caller-7', 'two', 'site/facility-name', 'one']));
  await world.until(said(1));
  const english = speech(terminal.heard);
  // The first sample of a beep is 0.
  expect(english.subarray(0, 4_799)).toEqual(joined([beep(2_000), beep(2_500), beep(500)]).subarray(1));
  terminal.heard.length = 0;
  terminal.do(say('caller', 2, ['one'], 'c', 'es'));
  await world.until(said(2));
  expect(speech(terminal.heard).subarray(0, 1_599)).toEqual(beep(1_300).subarray(1));
  expect(terminal.told).toEqual([
    { type: 'said', call: 'c', say: 1 },
    { type: 'said', call: 'c', say: 2 },
  ]);
  // A site's file that is changed is heard changed.
  await writeFile(join(folder, 'site/en/two.wav'), wav(beep(700).subarray(0, 800)));
  terminal.heard.length = 0;
  terminal.do(say('caller', 3, ['two']));
  await world.until(said(3));
  expect(speech(terminal.heard).subarray(0, 799)).toEqual(beep(700).subarray(1, 800));
});

test('a name as its caller says it takes the place of the file that the site has of it, until the next', async () => {
  const terminal = world.add({ recordings: both() });
  const said = (number: number) => () => terminal.all('said').some((event) => event.say === number);
  await writeFile(join(folder, 'site/names/caller-7.wav'), wav(beep(2_500)));
  terminal.do({ type: 'name', caller: '7', name: encodeName(beep(600)) });
  terminal.do(say('caller', 1, ['site/caller-7']));
  await world.until(said(1));
  const heard = speech(terminal.heard);
  expect(levelAt(heard.subarray(0, 1_440), 600)).toBeCloseTo(-10, 0);
  expect(levelAt(heard.subarray(0, 1_440), 2_500)).toBeLessThan(-40);
  terminal.do({ type: 'name', caller: '8', name: encodeName(beep(600)) });
  terminal.heard.length = 0;
  terminal.do(say('caller', 2, ['site/caller-7']));
  await world.until(said(2));
  expect(levelAt(speech(terminal.heard).subarray(0, 1_440), 2_500)).toBeCloseTo(-10, 0);
});

test("the name that came from the facility wins over the site's file, in its language alone, until it is taken away", async () => {
  const central = join(folder, 'central');
  await mkdir(join(central, 'en'), { recursive: true });
  await writeFile(join(folder, 'site/names/facility-name.wav'), wav(beep(2_500)));
  const terminal = world.add({ recordings: { ...both(), central } });
  let number = 0;
  const heardIn = async (language: string) => {
    number += 1;
    terminal.heard.length = 0;
    terminal.do(say('callee', number, ['site/facility-name'], 'c', language));
    terminal.do(say('caller', number + 100, ['site/facility-name'], 'c', language));
    await world.until(() => terminal.all('said').some((event) => event.say === number + 100));
    const sound = speech(terminal.heard).subarray(0, 1_440);
    return [600, 2_500].find((hz) => levelAt(sound, hz) > -20);
  };
  expect(await heardIn('en')).toBe(2_500);
  await writeFile(join(central, 'en/facility-name.ulaw'), encodeName(beep(600)));
  expect(await heardIn('en')).toBe(600);
  expect(await heardIn('es')).toBe(2_500);
  await rm(join(central, 'en/facility-name.ulaw'));
  expect(await heardIn('en')).toBe(2_500);
});

test('what is missing or broken is told and passed over, and what is nothing is said at once', async () => {
  await writeFile(join(folder, 'ours/en/bad.wav'), 'no sound');
  await writeFile(join(folder, 'ours/en/fast.wav'), wav(beep(500), 44_100));
  const terminal = world.add({ recordings: ours() });
  await terminal.engine.loaded;
  expect(
    terminal
      .all('malformed')
      .map(({ detail }) => detail.replace(/.*ours/, 'ours'))
      .sort(),
  ).toEqual([
    'ours/en/bad.wav: not a WAV file',
    'ours/en/fast.wav: 16 bits, 44100 Hz, 1 channels, format 1; 16-bit PCM, 16000 Hz, mono is wanted',
  ]);
  terminal.do(say('caller', 1, ['gone', 'one', '../../secret']));
  await world.until(() => terminal.all('said').length > 0);
  expect(
    terminal
      .all('clip-missing')
      .map(({ clip }) => clip)
      .sort(),
  ).toEqual(['../../secret', 'gone']);
  expect(terminal.all('said').length).toBe(1);
  terminal.do(say('caller', 2, []));
  await world.step(1);
  expect(terminal.all('said').at(-1)).toMatchObject({ say: 2 });
});

test('a new order to an ear replaces the old, which is not told said; hushed is not told either', async () => {
  const terminal = world.add({ recordings: ours() });
  await terminal.engine.loaded;
  terminal.do(say('caller', 1, ['one', 'one']));
  await world.step(2);
  terminal.do(say('caller', 2, ['two']));
  await world.step(10);
  expect(terminal.all('said').map((event) => event.say)).toEqual([2]);
  terminal.do(say('caller', 3, ['one']));
  await world.step(2);
  terminal.do({ type: 'hush', to: 'caller' });
  await world.step(2);
  expect(peak(terminal.last(1))).toBe(0);
  await world.step(10);
  expect(terminal.all('said').map((event) => event.say)).toEqual([2]);
  // One that loads when it is hushed is never heard.
  terminal.do(say('caller', 4, ['gone', 'one']), { type: 'hush', to: 'both' });
  const heard = terminal.heard.length;
  await world.until(() => terminal.all('clip-missing').length > 0);
  await world.step(10);
  expect(terminal.heard.slice(heard).every((frame) => peak(frame) === 0)).toBe(true);
});

test('said to both, each hears it over the shut bridge, and it is told once; hushed at one ear, the other hears it out', async () => {
  const { a, b } = await world.pair({}, { recordings: ours() });
  await Promise.all([a.engine.loaded, b.engine.loaded]);
  b.do({ type: 'bridge', call: 'b', on: true });
  a.speak = toneFrames(3_000, -10);
  await world.step(10);
  a.do(say('both', 1, ['one', 'one'], 'a'));
  await world.step(2);
  a.do({ type: 'hush', to: 'caller' });
  await world.step(20);
  expect(a.all('said').length).toBe(1);
  const atB = speech(b.heard).subarray(320, 2_880);
  expect(Math.abs(levelAt(atB, 500) + 10)).toBeLessThan(1);
  expect(levelAt(atB, 3_000)).toBeLessThan(-60);
  expect(levelAt(a.last(18), 500)).toBeLessThan(-60);
});

test('what is said to the callee of one call is not heard in another', async () => {
  const { a, b } = await world.pair({}, { recordings: ours() });
  await Promise.all([a.engine.loaded, b.engine.loaded]);
  b.do({ type: 'bridge', call: 'b', on: true });
  a.do(say('callee', 1, ['one'], 'another'));
  await world.step(20);
  expect(a.all('said').length).toBe(1);
  expect(peak(b.last(20))).toBe(0);
});

test('the parties are 12 dB softer under what is said to both', async () => {
  const { a, b } = await world.pair({}, { recordings: ours() });
  await Promise.all([a.engine.loaded, b.engine.loaded]);
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  a.speak = toneFrames(2_000, -20);
  b.speak = toneFrames(3_000, -20);
  await world.step(30);
  a.do(
    say(
      'both',
      1,
      Array.from({ length: 10 }, () => 'one'),
      'a',
    ),
  );
  await world.step(30);
  expect(Math.abs(levelAt(a.last(20), 3_000) + 32)).toBeLessThan(2);
  expect(Math.abs(levelAt(b.last(20), 2_000) + 32)).toBeLessThan(2);
  await world.step(60);
  expect(Math.abs(levelAt(a.last(20), 3_000) + 20)).toBeLessThan(2);
  expect(Math.abs(levelAt(b.last(20), 2_000) + 20)).toBeLessThan(2);
});

test('a tone sounds until the next say to the caller', async () => {
  const terminal = world.add({ recordings: ours() });
  await terminal.engine.loaded;
  terminal.do({ type: 'tone', tone: 'dial' });
  await world.step(20);
  expect(Math.abs(levelAt(terminal.last(10), 350) + 16.2)).toBeLessThan(0.5);
  terminal.do(say('callee', 1, ['one']));
  await world.step(10);
  expect(levelAt(terminal.last(5), 350)).toBeGreaterThan(-20);
  terminal.do(say('caller', 2, ['one', 'one']));
  await world.step(8);
  expect(levelAt(terminal.last(5), 350)).toBeLessThan(-50);
  expect(levelAt(terminal.last(5), 500)).toBeGreaterThan(-12);
});

test('a key beeps over a prompt, in the ear of the caller alone, and not for long', async () => {
  const { a, b } = await world.pair({}, { recordings: ours() });
  await a.engine.loaded;
  b.do({ type: 'bridge', call: 'b', on: true });
  a.do(say('both', 1, ['one', 'one', 'one', 'one'], 'a'));
  await world.step(5);
  a.do({ type: 'key-beep' });
  await world.step(3);
  expect(Math.abs(levelAt(a.last(3), 1_000) + 23.2)).toBeLessThan(2);
  await world.step(7);
  expect(levelAt(a.last(5), 1_000)).toBeLessThan(-50);
  expect(levelAt(b.last(10), 1_000)).toBeLessThan(-50);
  expect(levelAt(a.last(5), 500)).toBeGreaterThan(-12);
});

test('a prompt is as loud in an ear as is set for it', async () => {
  const { a, b } = await world.pair({}, { recordings: ours() });
  await a.engine.loaded;
  b.do({ type: 'bridge', call: 'b', on: true });
  a.do({ type: 'levels', ear: 'caller', levels: { voice: 0, prompt: -12 } });
  a.do({ type: 'levels', ear: 'callee', levels: { voice: 0, prompt: -6 } });
  a.do(say('both', 1, ['one', 'one', 'one', 'one', 'one', 'one'], 'a'));
  await world.step(20);
  expect(Math.abs(levelAt(a.last(10), 500) + 22)).toBeLessThan(1);
  expect(Math.abs(levelAt(b.last(5), 500) + 16)).toBeLessThan(1);
});
