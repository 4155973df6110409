import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { PtyBoard } from '../terminal/hardware/pty-board.ts';
import { dial } from './dial.ts';
import { type Outside, type OutsideOptions, openOutside } from './outside.ts';
import { type Program, tierphone } from './program.ts';

/** A phone on a wall: the compiled terminal and platform as processes, a board played over a pty, a broker and a called party. */
export interface Wall extends Outside {
  readonly board: PtyBoard;
  startTerminal(...args: string[]): Promise<Program>;
  /** Lifts, chooses English, keys PIN and number. */
  dial(pin?: string, number?: string): Promise<void>;
}

export interface WallOptions extends Omit<OutsideOptions, 'folder' | 'board' | 'at'> {
  readonly audio?: Record<string, unknown>;
}

export async function openWall({ audio, ...options }: WallOptions = {}): Promise<Wall> {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-wall-'));
  const path = join(folder, 'board');
  const board = await PtyBoard.open(path);
  const file = join(folder, 'board.yaml');
  const hardware = { kind: 'serial', path };
  writeFileSync(file, stringify({ name: 'a board on a pty', hardware, audio: audio ?? { kind: 'none' } }));
  const outside = await openOutside({ ...options, folder, board: file });
  const programs: Program[] = [];
  return {
    ...outside,
    board,
    async startTerminal(...args) {
      const program = tierphone('terminal', '--config', outside.files.terminal, ...args);
      programs.push(program);
      await program.until(/terminal \S+ is up/);
      return program;
    },
    async startPlatform(...args) {
      const program = await outside.startPlatform(...args);
      programs.push(program);
      return program;
    },
    dial: (pin, number) => dial(outside, board, { pin, number }),
    async stopPrograms() {
      for (const program of programs) await program.stop();
    },
    async close() {
      for (const program of programs) await program.stop('SIGKILL');
      await board.close();
      await outside.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
