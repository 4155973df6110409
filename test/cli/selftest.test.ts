import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SelfTestProgress, SelfTestResult } from '../../src/protocol/self-test.ts';
import { KEYS } from '../../src/protocol/units.ts';
import { type Program, tierphone } from '../process/program.ts';
import { openWall, type Wall } from '../process/wall.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';

type Line = { type: 'progress'; progress: SelfTestProgress } | { type: 'result'; result: SelfTestResult; jws: string };

const lines = (program: Program): Line[] =>
  program.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);

/** How the test stands, as last printed. */
const standing = (program: Program): SelfTestProgress | undefined =>
  lines(program)
    .flatMap((line) => (line.type === 'progress' ? [line.progress] : []))
    .at(-1);

const result = (program: Program): SelfTestResult | undefined =>
  lines(program)
    .flatMap((line) => (line.type === 'result' ? [line.result] : []))
    .at(-1);

/** Somebody at the phone who does what he is told, until the test is over. */
async function technician({ board }: Wall, program: Program): Promise<void> {
  let done = '';
  while (program.running) {
    const now = standing(program);
    if (now && now.todo !== done) {
      done = now.todo;
      if (now.part === 'keys') board.press(now.keys?.wanted[0] ?? '1');
      else if (now.todo.startsWith('Lift')) board.lift();
      else if (now.todo.startsWith('Put')) await pause(400).then(() => board.hangUp());
      else if (now.part === 'volume') board.volume(now.todo.includes('up') ? 'up' : 'down');
      else if (now.part === 'tamper') board.tamper(now.todo.startsWith('Press'));
      else if (now.asks) board.press('1');
    }
    await pause(10);
  }
}

describe.skipIf(!hasSocat)('tierphone selftest beside a terminal that runs (needs socat)', () => {
  let wall: Wall;
  const selftest = (...args: string[]) => tierphone('selftest', '--config', wall.files.terminal, ...args);
  beforeAll(async () => {
    wall = await openWall();
    await wall.startTerminal();
    await wall.until(({ faults, registration }) => faults.length === 0 && registration === 'registered');
  });
  afterAll(() => wall.close());

  it('leads through every part to a signed verdict, and leaves the phone a phone', async () => {
    const program = selftest('--json');
    await technician(wall, program);
    const over = result(program);
    expect(over?.results.map(({ part, verdict }) => `${part} ${verdict}`)).toEqual([
      'network passed',
      'broker passed',
      'trunk passed',
      'clock passed',
      'disk passed',
      'sound not-fitted',
      'keys passed',
      'hook passed',
      'volume passed',
      'tamper passed',
      'lamps passed',
      'echo not-fitted',
    ]);
    expect(over?.verdict).toBe('passed');
    expect(await program.ended()).toBe(0);
    const asked = lines(program).flatMap((line) =>
      line.type === 'progress' && line.progress.part === 'keys' ? [line.progress.keys] : [],
    );
    expect(asked[0]?.wanted).toEqual(KEYS);
    expect(wall.board.heard.filter((said) => said.type === 'led' && said.state === 'blink').length).toBeGreaterThan(1);
    expect(((await stat(join(wall.folder, 'terminal/bench.sock'))).mode & 0o777).toString(8)).toBe('600');

    const last = selftest('--last');
    expect(await last.ended()).toBe(0);
    expect(last.lines.join('\n')).toMatch(/signed with key [\s\S]*PASSED/);
    wall.board.lift();
    await wall.until(({ phase }) => phase === 'language');
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
  });
});
