import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selftestCommand } from '../../../src/cli/selftest.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { dial } from '../../process/dial.ts';
import { type Outside, openOutside } from '../../process/outside.ts';
import { type Program, tierphone } from '../../process/program.ts';
import { command } from '../run.ts';

const PIN = '10014821';

describe('a phone on a desk', () => {
  let folder: string;
  let outside: Outside;
  let phone: Program;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tierphone-desk-'));
    outside = await openOutside({ folder, board: join(packageRoot(), 'board/simulated.json') });
    await outside.startPlatform();
    phone = tierphone('terminal', '--config', outside.files.terminal, '--bench');
  });
  afterAll(async () => {
    await phone.stop('SIGKILL');
    await outside.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says in its self-test of each part that software plays it', async () => {
    await outside.until(({ registration, lockdown }) => registration === 'registered' && lockdown.state === 'open');
    const { code, out } = await command(selftestCommand(), ['--config', outside.files.terminal]);
    expect(out).toMatch(/^ok {8}message broker/m);
    for (const part of ['earpiece, microphone', 'keypad', 'hook', 'volume', 'lamps', 'hear yourself'])
      expect(out).toMatch(new RegExp(`^simulated {1,}${part} `, 'm'));
    expect(out).toMatch(/^INCOMPLETE: /m);
    expect(code).toBe(1);
  });

  it('is lifted and keyed from the keyboard to a call, tells what the ear hears, and shows no PIN', async () => {
    await dial(outside, { lift: () => phone.type(' '), type: async (keys) => phone.type(keys) });
    await phone.until(/hears: Enter your PIN\./);
    await phone.until(/keyed: •{7}$/);
    await phone.until(/keyed: 2025550123$/);
    await outside.until(({ phase }) => phase === 'ringing' || phase === 'greeting');
    await phone.until(/hears: \(it rings\)/);
    phone.type(' ');
    await outside.until(({ phase }) => phase === 'idle');
    expect(phone.lines.join('\n')).not.toContain(PIN);
    expect(phone.lines.join('\n')).not.toContain(PIN.slice(0, 4));
  });

  it('has in its log, in a line, which order it obeys: whose, what, for whom', async () => {
    const said = await phone.until(/is obeyed/);
    expect(said).toMatch(/info order of \S+, sequence \d+, is obeyed: open for facility:pine-river: /);
  });

  it('stops by its key', async () => {
    phone.type('q');
    expect(await phone.ended()).toBe(0);
  });

  it('is none where the board has hardware of its own', async () => {
    const other = join(folder, 'other.yaml');
    const pi = join(packageRoot(), 'board/raspberry-pi-4-gpio.json');
    writeFileSync(other, readFileSync(outside.files.terminal, 'utf8').replace(/^board: .*$/m, `board: ${pi}`));
    const refused = tierphone('terminal', '--config', other, '--bench');
    await refused.until(
      /--bench is for a board with simulated hardware; Wall phone, Raspberry Pi 4, GPIO keypad has gpio/,
    );
    expect(await refused.ended()).toBe(2);
  });
});
