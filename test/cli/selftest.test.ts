import { readFileSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { commandCommand } from '../../src/cli/command.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { selftestCommand } from '../../src/cli/selftest.ts';
import type { EventMessage } from '../../src/protocol/messages.ts';
import type { SelfTestProgress, SelfTestResult } from '../../src/protocol/self-test.ts';
import { KEYS } from '../../src/protocol/units.ts';
import { hashCode } from '../../src/terminal/bench/code.ts';
import { type Program, tierphone } from '../process/program.ts';
import { openWall, type Wall } from '../process/wall.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { command } from './run.ts';

type Line = { type: 'progress'; progress: SelfTestProgress } | { type: 'result'; result: SelfTestResult; jws: string };

const CODE = '471147';

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

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10);
}

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

describe.skipIf(!hasSocat)('a technician beside a terminal that runs (needs socat)', () => {
  let wall: Wall;
  let terminal: Program;
  const events: EventMessage['body'][] = [];
  const selftest = (...args: string[]) => tierphone('selftest', '--config', wall.files.terminal, ...args);
  /** Staff's credentials, as a file of `--config`. */
  const admin = () => join(wall.folder, 'admin.yaml');
  const words = (name: string, ...args: string[]) => [
    ...[name, 'pine-river', 'B-1', '--key', wall.files.orderKey, '--config', admin()],
    ...args,
  ];
  /** A command of staff, given by this process. */
  const order = (name: string, ...args: string[]) => command(commandCommand(), words(name, ...args));
  beforeAll(async () => {
    wall = await openWall();
    const written = parse(readFileSync(wall.files.terminal, 'utf8'));
    writeFileSync(wall.files.terminal, stringify({ ...written, maintenance: { code: await hashCode(CODE) } }));
    writeFileSync(admin(), stringify({ mqtt: { url: written.mqtt.url, username: 'staff', password: 's' } }));
    wall.broker.messages.subscribe(({ topic, payload }) => {
      if (topic.endsWith('/events')) events.push((JSON.parse(payload.toString()) as EventMessage).body);
    });
  });
  afterAll(() => wall.close());

  it('is told that none runs, and by the doctor why and what else is wrong', async () => {
    const none = await command(selftestCommand(), ['--config', wall.files.terminal]);
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/no terminal runs here: .*tierphone doctor/);
    const doctor = await command(doctorCommand(), ['--config', wall.files.terminal, '--json']);
    expect(doctor.code).toBe(1);
    const told = JSON.parse(doctor.out);
    expect(told.running).toBe(false);
    expect(told.findings[0]).toMatchObject({ weight: 'stops-calls', why: expect.stringMatching(/program runs/) });
    // What can be reached is not complained of.
    expect(JSON.stringify(told.findings)).not.toMatch(/broker mqtt|trunk exchange/);
  });

  it('is led through every part to a signed verdict, and the phone is a phone again', async () => {
    terminal = await wall.startTerminal();
    await wall.until(({ faults, registration }) => faults.length === 0 && registration === 'registered');
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
    const first = lines(program).find((line) => line.type === 'progress' && line.progress.part === 'keys');
    expect(first?.type === 'progress' && first.progress.keys?.wanted).toEqual(KEYS);
    expect(wall.board.heard.filter((said) => said.type === 'led' && said.state === 'blink').length).toBeGreaterThan(1);
    expect(((await stat(join(wall.folder, 'terminal/bench.sock'))).mode & 0o777).toString(8)).toBe('600');
    await until(() => events.some((event) => event.type === 'self-test-result'));

    const last = await command(selftestCommand(), ['--config', wall.files.terminal, '--last']);
    expect(last.code).toBe(0);
    expect(last.out).toMatch(/signed with key [\s\S]*PASSED/);
    wall.board.lift();
    await wall.until(({ phase }) => phase === 'language');
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
  });

  it('has no test while a call is up, and lets go when he leaves', async () => {
    wall.board.lift();
    await wall.until(({ phase }) => phase === 'language');
    const busy = await command(selftestCommand(), ['--config', wall.files.terminal]);
    expect(busy).toMatchObject({ code: 1, err: expect.stringMatching(/the handset is up/) });
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
    const program = selftest('--parts', 'keys');
    await program.until(/> Press 1/);
    wall.board.lift();
    await wall.until(({ phase }) => phase === 'maintenance');
    await program.stop('SIGKILL');
    await wall.until(({ phase }) => phase === 'ended');
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
    expect(terminal.lines.filter((line) => line.includes('record: maintenance')).length).toBe(2);
  });

  it('is not troubled by a program that talks nonsense at the bench', async () => {
    for (const nonsense of ['hello\n', '{"type":"start","parts":["roof"]}\n', 'x'.repeat(100_000)]) {
      const socket = connect(join(wall.folder, 'terminal/bench.sock'));
      await new Promise((resolve) =>
        socket
          .once('close', resolve)
          .on('error', () => {})
          .write(nonsense),
      );
    }
    expect((await command(doctorCommand(), ['--config', wall.files.terminal])).code).toBe(0);
  });

  it('leads somebody far away through a test, who answers for him', async () => {
    const program = tierphone('command', ...words('self-test', '--parts', 'broker,keys,lamps', '--json'));
    await until(() => standing(program)?.part === 'keys');
    expect(await order('self-test', '--do', 'skip')).toMatchObject({ code: 0, out: 'passed over\n' });
    await until(() => standing(program)?.part === 'lamps');
    for (let n = 0; n < 2; n += 1) expect((await order('self-test', '--do', 'yes')).code).toBe(0);
    await program.ended();
    expect(result(program)).toMatchObject({ by: 'control-room', verdict: 'incomplete' });
    expect(result(program)?.results.map(({ verdict }) => verdict)).toEqual(['passed', 'skipped', 'passed']);
    expect(await order('doctor')).toMatchObject({ code: 0, out: 'nothing is wrong\n' });
    await terminal.until(/info command doctor of \S+, sequence \d+, is obeyed: the diagnosis is on its way/);
  });

  it('has the handset by his code, a wrong one ends the lift, and neither is in the log', async () => {
    wall.board.lift();
    await wall.until(({ phase }) => phase === 'language');
    await wall.board.type('*#999999#');
    await terminal.until(/record: pin-wrong/);
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
    wall.board.lift();
    await wall.until(({ phase }) => phase === 'language');
    await wall.board.type(`*#${CODE}#`);
    await until(() => events.some((event) => event.type === 'maintenance' && event.state === 'entered'));
    await terminal.until(/say maintenance-menu/);
    await wall.board.type('4');
    await terminal.until(/say test-passed maintenance-menu/);
    await wall.board.type('0');
    await until(() => events.filter((event) => event.type === 'self-test-result').length === 4);
    await wall.board.type('5');
    await terminal.until(/say letter-b n1/);
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
    expect(events.filter((event) => event.type === 'maintenance').map(({ state }) => state)).toEqual([
      'refused',
      'entered',
    ]);
    expect(terminal.lines.join('\n')).not.toMatch(/471147|999999/);
  });

  it('is seen from far away to be at work or gone, and his phone is started again', async () => {
    const remote = () => command(doctorCommand(), ['--remote', 'pine-river/B-1', '--config', admin()]);
    expect(await remote()).toMatchObject({ code: 0, out: 'nothing is wrong\n' });
    wall.board.lift();
    await wall.until(({ phase }) => phase === 'language');
    expect(await order('restart')).toMatchObject({ code: 1, err: expect.stringMatching(/a call is up/) });
    expect((await order('cut-off')).code).toBe(0);
    await terminal.until(/record: cut-off/);
    expect((await order('restart')).code).toBe(0);
    expect(await terminal.ended()).toBe(1);
    expect(await remote()).toMatchObject({ code: 1, out: expect.stringMatching(/the terminal is offline/) });
  });
});
