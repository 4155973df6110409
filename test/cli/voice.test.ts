import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { wav } from '../terminal/audio/wav-file.ts';
import { digits, recorded, synthetic } from '../terminal/voice-id/people.ts';
import { tierphone } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'voice-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, samples: Int16Array, rate?: number): string {
  const path = join(folder, `${name}.wav`);
  writeFileSync(path, wav(samples, rate));
  return path;
}

const prompts = (person: string, said: readonly string[]) =>
  said.map((which) => file(`${person}-${which}`, digits(person, which)));
const FIRST = ['01357', '92468', '50714'];

describe.runIf(recorded)('people of asterisk-core-sounds-*-wav', () => {
  const template = join(folder, 'carlo.json');

  test('one enrols, and is told from another', { timeout: 180_000 }, async () => {
    const made = await tierphone(['voice', 'enrol', ...prompts('it_IT_m_Carlo', FIRST), '--out', template]);
    expect(made).toMatchObject({ code: 0, out: `${template}: made of 3 answers\n`, err: '' });
    expect(readFileSync(template, 'utf8')).not.toContain('it_IT');
    const verify = (person: string, ...more: string[]) =>
      tierphone(['voice', 'verify', '--template', template, ...prompts(person, ['63829']), ...more]);
    const own = await verify('it_IT_m_Carlo', '--json');
    const other = await verify('en_US_f_Allison', '--json');
    expect(JSON.parse(other.out)).toMatchObject({ verdict: expect.stringMatching(/^(unsure|refused)$/), rate: 0.01 });
    expect(other.code).toBe(1);
    expect(JSON.parse(own.out).ratio).toBeGreaterThan(JSON.parse(other.out).ratio + 3);
    expect((await verify('en_US_f_Allison')).out).toMatch(/log-likelihood ratio -\d.*\n(unsure|refused): together -/);
  });

  test('a template is not overwritten', async () => {
    const again = await tierphone(['voice', 'enrol', ...prompts('it_IT_m_Carlo', FIRST), '--out', template]);
    expect(again).toMatchObject({ code: 1, err: `tierphone: ${template}: is there already: move it away first\n` });
  });

  test('an enrolment in which another speaks is refused, and which file it is is said', async () => {
    const mixed = [...prompts('it_IT_m_Carlo', FIRST.slice(1)), ...prompts('en_US_f_Allison', ['50714'])];
    const made = await tierphone(['voice', 'enrol', ...mixed, '--out', join(folder, 'two.json')]);
    expect(made).toMatchObject({ code: 1, out: 'no template was made\n' });
    expect(made.err).toContain(`${mixed[2]}: not the voice of the others`);
  });
});

test('what is not fit is named with the reason and what to do', async () => {
  const spoken = synthetic('en-us', 'four, seven, two, nine, one');
  const files = [
    file('good', spoken),
    file('silent', new Int16Array(32_000)),
    file(
      'loud',
      spoken.map((sample) => Math.max(-32_768, Math.min(32_767, 20 * sample))),
    ),
  ];
  const { code, err } = await tierphone(['voice', 'enrol', ...files, '--out', join(folder, 'none.json')]);
  expect(code).toBe(1);
  expect(err.split('\n')).toEqual([
    `${files[1]}: too little speech in it: say more, nearer to the microphone`,
    expect.stringMatching(`^${files[2]}: clipped: speak more softly`),
    '',
  ]);
});

test('files that cannot be read or have another form are named with the remedy, exit code 2', async () => {
  const music = file('music', new Int16Array(100), 44_100);
  const asked = (...files: string[]) => tierphone(['voice', 'enrol', ...files, '--out', join(folder, 'none.json')]);
  expect(await asked('/nowhere.wav', music, music)).toMatchObject({
    code: 2,
    err: 'tierphone: /nowhere.wav: there is no such file\n',
  });
  const other = await asked(music, music, music);
  expect(other.code).toBe(2);
  expect(other.err).toContain(
    `${music}: 16 bits, 44100 Hz, 1 channels, format 1; 16-bit PCM, 16000 or 8000 Hz, mono is wanted: ffmpeg -i`,
  );
  expect((await asked(music)).code).toBe(2);
});
