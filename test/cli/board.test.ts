import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardCommand } from '../../src/cli/board.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { FIRMWARE_PINS } from '../../src/terminal/board/pins.ts';
import { command } from './run.ts';

const PI4 = join(packageRoot(), 'board/raspberry-pi-4-gpio.json');

describe('tierphone board', () => {
  let folder: string;
  let wrong: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tierphone-board-'));
    wrong = join(folder, 'wrong.json');
    writeFileSync(wrong, readFileSync(PI4, 'utf8').replace('"lifted"', '"liftd"').replace('48000', '8000'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const board = (...args: string[]) => command(boardCommand(), args);

  it('check tells a good file from one with faults and one that is not there, by its exit code too', async () => {
    expect(await board('check', PI4)).toMatchObject({ code: 0, out: expect.stringContaining('all is well') });
    const { code, out } = await board('check', PI4, wrong);
    expect(code).toBe(1);
    expect(out).toMatch(
      /wrong\.json:7: error: hardware\.hook\.liftd: .*\n {4}why: .*\n {4}do: {2}Did you mean "lifted"\?/,
    );
    expect(out).toMatch(/wrong\.json:\d+: warning: audio\.rate: /);
    expect(out).toMatch(/wrong\.json: 2 errors, 1 warning\n$/);
    const absent = await board('check', PI4, join(folder, 'no.json'));
    expect(absent).toMatchObject({ code: 2, out: expect.stringContaining('there is no such file') });
  });

  it('check passes over the schema that lies beside the boards, and says so', async () => {
    const files = readdirSync(join(packageRoot(), 'board')).filter((file) => file.endsWith('.json'));
    const { code, out } = await board('check', ...files.map((file) => join(packageRoot(), 'board', file)));
    expect(code).toBe(0);
    expect(out).toMatch(/board\.schema\.json: the schema of board files, no board: passed over\n/);
    expect(out.match(/: all is well\n/g)).toHaveLength(files.length - 1);
  });

  it('wiring of a serial board takes the pins of the firmware that the technician has changed, and says what is wrong in them', async () => {
    const serial = join(packageRoot(), 'board/raspberry-pi-serial.json');
    const own = join(folder, 'pins.h');
    const ours = readFileSync(join(packageRoot(), FIRMWARE_PINS), 'utf8');
    writeFileSync(own, ours.replace('HOOK_PIN 9', 'HOOK_PIN 12'));
    expect((await board('wiring', serial)).out).toContain('>pin 9 · Hook switch<');
    expect((await board('wiring', serial, '--pins', own)).out).toContain('>pin 12 · Hook switch<');
    writeFileSync(own, ours.replace('HOOK_PIN 9', 'HOOK_PIN 2'));
    expect(await board('wiring', serial, '--pins', own)).toMatchObject({
      code: 1,
      err: `${own}: pin 2 stands for two things`,
    });
  });

  it('check --json is for programs', async () => {
    const { out } = await board('check', '--json', wrong);
    const [{ faults }] = JSON.parse(out);
    expect(faults).toContainEqual({
      level: 'error',
      line: 7,
      key: 'hardware.hook.liftd',
      what: expect.any(String),
      why: expect.any(String),
      remedy: 'Did you mean "lifted"?',
    });
  });

  it('check --here looks at the machine too', async () => {
    const { out } = await board('check', '--here', PI4);
    expect(out).toMatch(/raspberry-pi-4-gpio\.json:\d+: (error|warning): /);
  });

  it('wiring draws to a file or to the screen', async () => {
    const picture = join(folder, 'x.svg');
    expect(await board('wiring', PI4, '-o', picture)).toMatchObject({ code: 0, out: '' });
    expect((await board('wiring', PI4)).out).toBe(readFileSync(picture, 'utf8'));
    expect(readFileSync(picture, 'utf8')).toMatch(/^<svg /);
  });

  it('parts lists what to buy', async () => {
    expect((await board('parts', PI4)).out).toMatch(/^ +2 {2}Resistor 330 Ω, 1\/4 W +one before each lamp$/m);
    const parts = JSON.parse((await board('parts', '--json', PI4)).out);
    expect(parts).toContainEqual(expect.objectContaining({ what: 'Raspberry Pi 4', count: 1 }));
  });

  it('wiring and parts of a file that is wrong say where', async () => {
    expect(await board('wiring', wrong)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/wrong\.json:7: .*liftd/),
    });
  });
});
