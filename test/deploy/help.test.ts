import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completion } from '../../deploy/package/completion.ts';
import { manual } from '../../deploy/package/manual.ts';
import { makeProgram } from '../../src/cli/program.ts';

const EDITION = { version: '1.2.3', epoch: 1_700_000_000 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tierphone-help-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the manual', () => {
  const pages = manual(makeProgram(), EDITION);
  const page = (name: string) => pages.find((each) => each.name === name)?.text ?? '';

  it('has a page of the program and of each command, with what --help has', () => {
    const names = makeProgram().commands.map((command) => `tierphone-${command.name()}`);
    expect(pages.map(({ name }) => name)).toEqual(['tierphone', ...names]);
    expect(page('tierphone-terminal')).toMatch(/^\.TH TIERPHONE\\-TERMINAL 1 2023-11-14 "tierphone 1\.2\.3"\n/);
    expect(page('tierphone-terminal')).toContain('.B \\-c, \\-\\-config <file>\n');
    expect(page('tierphone-board')).toContain('.SS tierphone board check [options] <file...>\n');
    expect(page('tierphone-doctor')).toContain(
      'Exit codes: 0 calls can be made, 1 they cannot, 2 not used as it should be.',
    );
  });

  it('takes nothing that is written for a request or an escape', () => {
    const odd = new Command('odd').description(".so /etc/passwd \\n 'quoted' -dash ^ ~ ` é");
    expect(manual(odd, EDITION)[0]?.text).toContain(
      '\n\\&.so /etc/passwd \\en \\(aqquoted\\(aq \\-dash \\(ha \\(ti \\(ga \\[u00E9]\n',
    );
  });

  if (spawnSync('groff', ['--version']).status === 0)
    it('is clean to groff', () => {
      for (const { name, text } of pages) {
        const { status, stderr, stdout } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-b', '-P-cbou'], {
          input: text,
          encoding: 'utf8',
        });
        expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
        expect(stdout).toMatch(/EXIT STATUS/);
      }
    });
});

describe('completion in bash', () => {
  const typed = (program: Command, ...words: string[]): string[] => {
    const file = join(folder, 'completion');
    writeFileSync(file, completion(program));
    const script = `set -u; . "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tierphone; printf '%s\\n' "\${COMPREPLY[@]:-}"`;
    return execFileSync('bash', ['-c', script, file, ...words], { encoding: 'utf8' })
      .trim()
      .split('\n');
  };

  it('gives commands, commands in them, and options', () => {
    expect(typed(makeProgram(), 'tierphone', 'bo')).toEqual(['board']);
    expect(typed(makeProgram(), 'tierphone', 'board', '')).toEqual(
      expect.arrayContaining(['check', 'wiring', 'parts', 'schema']),
    );
    expect(typed(makeProgram(), 'tierphone', 'board', 'wiring', '--')).toEqual(['--out', '--pins', '--help']);
    expect(typed(makeProgram(), 'tierphone', 'terminal', '--b')).toEqual(['--bench']);
    expect(typed(makeProgram(), 'tierphone', 'nonsense', '--xyz')).toEqual(['']);
  });

  it('gives the values of an option that has some, and nothing in the place of another', () => {
    const program = new Command('tierphone').addCommand(
      new Command('say')
        .addOption(new Option('-m, --mode <mode>', 'how').choices(['drain', 'drop']))
        .option('--to <name>', 'whom'),
    );
    expect(typed(program, 'tierphone', 'say', '--mode', 'dra')).toEqual(['drain']);
    expect(typed(program, 'tierphone', 'say', '-m', '')).toHaveLength(2);
    expect(typed(program, 'tierphone', 'say', '--to', '')).toEqual(['']);
  });
});
