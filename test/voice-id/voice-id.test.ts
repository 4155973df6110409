import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { wav } from '../terminal/audio/wav-file.ts';
import { digits, PEOPLE, recorded } from '../terminal/voice-id/people.ts';
import { speakersOf } from './data.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'people-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(recorded)('npm run voice-id, on the people of asterisk-core-sounds-*-wav', () => {
  test('every condition has its line, and the right people come before strangers', async () => {
    // Allison is there in two languages, and is one person.
    for (const person of PEOPLE.slice(1)) {
      mkdirSync(join(folder, person));
      for (const digit of '0123456789') writeFileSync(join(folder, person, `${digit}.wav`), wav(digits(person, digit)));
    }
    const heard = join(folder, '..', `heard-${process.pid}.json`);
    const bench = (...more: string[]) =>
      run(process.execPath, [join(packageRoot(), 'dist/test/voice-id/main.js'), folder, '--rounds', '2', ...more]);
    const { stdout } = await bench('--json', '--heard', heard);
    const lines = JSON.parse(stdout) as { condition: string; people: number; equalError: number; cllr: number }[];
    expect(lines.map(({ condition }) => condition)).toEqual(
      expect.arrayContaining(['wide band', '300-3400 Hz', 'G.711', 'babble, 15 dB', 'hum, 10 dB']),
    );
    for (const { people } of lines) expect(people).toBe(4);
    expect(lines[0]?.equalError).toBeLessThan(0.3);
    expect((await bench('--heard', heard)).stdout).toMatch(/^condition +people +EER/);
    rmSync(heard);
  });

  test('a file in another form is named with what to do', async () => {
    const other = join(folder, 'other');
    mkdirSync(join(other, 'one'), { recursive: true });
    writeFileSync(join(other, 'one/word.ogg'), 'OggS');
    await expect(speakersOf(other)).rejects.toThrow(/word.ogg: FLAC or WAV is wanted: ffmpeg -i/);
    rmSync(other, { recursive: true });
  });
});
