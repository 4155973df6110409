import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { TerminalPrivateKey } from '../../../src/protocol/keys.ts';
import type { Voucher } from '../../../src/protocol/voucher.ts';
import { readVoucher } from '../../../src/terminal/claiming/voucher-file.ts';
import { readDocument } from '../../../src/terminal/storage/document.ts';
import { keyFile } from '../../../src/terminal/storage/key.ts';
import { PtyBoard } from '../../terminal/hardware/pty-board.ts';
import { Program, tierphone } from '../program.ts';
import type { ClaimedSite } from './site.ts';

/** A box as it is put on a wall: the compiled program, with a file that says its hardware and where its platform is. */
export class Box {
  readonly name: string;
  readonly board: PtyBoard;
  /** Of its card: keys, voucher. */
  readonly data: string;
  readonly #file: string;
  /** Lines of the runs that are over. */
  readonly #said: string[] = [];
  #program: Program | null = null;

  private constructor(name: string, board: PtyBoard, data: string, file: string) {
    this.name = name;
    this.board = board;
    this.data = data;
    this.#file = file;
  }

  /** Hangs it there; it is not started. @param audio as a board file says it */
  static async hang({ folder, platform }: ClaimedSite, name: string, audio: object = { kind: 'none' }): Promise<Box> {
    const at = (file: string) => join(folder, `${name}.${file}`);
    const board = await PtyBoard.open(at('board'));
    writeFileSync(at('board.yaml'), stringify({ name, hardware: { kind: 'serial', path: at('board') }, audio }));
    const sip = { local: { address: '127.0.0.1', port: 0 } };
    writeFileSync(at('yaml'), stringify({ board: at('board.yaml'), data: at('data'), platform, sip }));
    return new Box(name, board, at('data'), at('yaml'));
  }

  /** The program that runs. */
  get program(): Program {
    if (this.#program === null) throw new Error(`${this.name} was not started`);
    return this.#program;
  }

  get isRunning(): boolean {
    return this.#program?.running === true;
  }

  /** Whether this run of it is a phone. */
  get isUp(): boolean {
    return this.isRunning && this.program.lines.some((line) => /terminal \S+ is up/.test(line));
  }

  /** @param hardware machine id of other hardware than this machine's */
  start(hardware?: string): Program {
    this.#said.push(...(this.#program?.lines ?? []));
    this.#program = this.#run(hardware);
    return this.#program;
  }

  /** The answer of `--check`. */
  async check(hardware?: string): Promise<string> {
    const program = this.#run(hardware, '--check');
    await program.ended();
    return program.lines.join('\n');
  }

  #run(hardware: string | undefined, ...more: string[]): Program {
    const args = ['terminal', '--config', this.#file, ...more];
    if (hardware === undefined) return tierphone(...args);
    const id = `${this.#file}.machine-id`;
    writeFileSync(id, `${hardware}\n`);
    // In a view of the files of its own.
    const by = ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" /etc/machine-id && exec "$@"', id];
    return new Program('src/cli/main.js', args, {}, by);
  }

  /** All that it has said since its first start. */
  said = (): string[] => [...this.#said, ...(this.#program?.lines ?? [])];

  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL');
  }

  /** Null before its first start. */
  key = (): Promise<TerminalPrivateKey | null> => readDocument(keyFile(this.data), TerminalPrivateKey);

  /** As what it was claimed; null while it was not. */
  voucher = (): Promise<Voucher | null> => readVoucher(this.data);

  /** Its card is made anew, with nothing on it. */
  async flash(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.kill();
    await this.board.close();
  }
}
