import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { vi } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';

const PROGRAM = join(packageRoot(), 'dist/src/cli/main.js');

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `tierphone` compiled (`npm run build`), as people do. */
export function tierphone(args: readonly string[]): Promise<Run> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run npm run build`);
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...args], (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Runs one command in this process, which is quicker; an error it throws counts as exit code 1. */
export async function command(made: Command, args: readonly string[]): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => out.push(`${text}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Exit(Number(code));
    }),
  ];
  let code = 0;
  try {
    await new Command('tierphone').addCommand(made).parseAsync([made.name(), ...args], { from: 'user' });
  } catch (error) {
    code = error instanceof Exit ? error.code : 1;
    if (!(error instanceof Exit)) err.push(error instanceof Error ? error.message : String(error));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { code, out: out.join(''), err: err.join('') };
}
