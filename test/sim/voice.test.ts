import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { packageRoot } from '../../src/protocol/package-root.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voice-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Maria, who is enrolled, lifts, keys her PIN and answers; then comes `next`. */
const scenario = (...next: object[]) => ({
  name: 'A process that hears voices goes wrong',
  voices: { facility: { enrol: 'asked', refused: 'refuse', unjudged: 'flag' }, enrolled: ['maria'] },
  steps: [
    { hand: 'maria' },
    'lift',
    { expect: 'phase:language' },
    { keys: '2' },
    { expect: 'phase:pin' },
    { keys: '10027352' },
    ...next,
    'hang-up',
  ],
  outcome: { records: [{ ending: 'caller-hung-up', during: 'number' }] },
});

/** Processes that hear voices, of a simulator. */
function earsOf(pid: number): number[] {
  const children = execFileSync('ps', ['--ppid', String(pid), '-o', 'pid=,args='], { encoding: 'utf8' });
  return children.split('\n').flatMap((line) => (line.includes('voice-child') ? [Number.parseInt(line, 10)] : []));
}

/** Plays it, and does something to what hears voices when the phone listens. Gives what was printed. */
async function play(written: object, signal: NodeJS.Signals): Promise<{ code: number | null; out: string }> {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, stringify(written));
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/sim/main.js'), '--script', file]);
  let out = '';
  let done = 0;
  child.stderr.resume();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (done > 0 || !/ listen$/m.test(out)) return;
    for (const ear of earsOf(child.pid as number)) done += Number(process.kill(ear, signal));
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(done).toBe(1);
  return { code, out };
}

it('is killed while an answer is taken: another takes its place, and the caller is known', {
  timeout: 180_000,
}, async () => {
  const steps = scenario({ expect: 'reply:voice:accepted', within: '60s' });
  expect(await play(steps, 'SIGKILL')).toMatchObject({ code: 0, out: expect.stringContaining('ok ') });
});

it('hangs: the call follows what the facility wants where no voice can be judged', { timeout: 180_000 }, async () => {
  const steps = scenario({ expect: 'reply:voice:flagged', within: '60s' });
  expect(await play(steps, 'SIGSTOP')).toMatchObject({ code: 0, out: expect.stringContaining('ok ') });
});
