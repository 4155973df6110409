import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { clipsOf } from '../../../src/terminal/claiming/speech.ts';
import { pcmOf } from '../../interop/peers/wav.ts';
import { codeIn } from './hearing.ts';

const clip = (name: string) => pcmOf(readFileSync(join(packageRoot(), 'src/terminal/audio/prompts/en', `${name}.wav`)));

/** What a handset says of a code, with a break of so many samples after the piece of that number. */
function said(code: string, breaks: Readonly<Record<number, number>> = {}): Int16Array {
  const pieces = clipsOf({ kind: 'code', code }).map((name, n) => [
    ...clip(name),
    ...new Array(breaks[n] ?? 0).fill(0),
  ]);
  return Int16Array.from([...new Array(1_234).fill(0), ...pieces.flat()]);
}

it.each(['048215', '993377', '161616'])('a code that is said, %s, is heard', (code) => {
  expect(codeIn(said(code))).toBe(code);
});

it('is heard over a break between two digits; before it was said whole it is not', () => {
  const whole = said('502746', { 3: 3_000, 5: 5_001 });
  expect(codeIn(whole)).toBe('502746');
  const once = said('502746').subarray(
    0,
    1_234 + ['phone-is-new', 'its-code-is', 'n5', 'n0'].reduce((sum, name) => sum + clip(name).length, 0),
  );
  expect(codeIn(once)).toBeNull();
});
