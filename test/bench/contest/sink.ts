import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Compiled, compile } from '../../compile.ts';

/** When each packet came to one port. */
export interface Arrival {
  readonly place: number;
  readonly sequence: number;
  /** ns. */
  readonly at: number;
}

/** Ports that take RTP and note when the kernel had it. */
export class Sink {
  readonly ports: readonly number[];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #compiled: Compiled;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    ports: readonly number[],
    compiled: Compiled,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.ports = ports;
    this.#compiled = compiled;
  }

  /** With `count` ports. Throws where gcc is missing. */
  static async open(count: number): Promise<Sink> {
    const compiled = compile('test/bench/contest/sink.c', [], ['libc6-dev']);
    const child = spawn(compiled.program, [String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    const ports = String(first.value ?? '')
      .trim()
      .split(' ')
      .map(Number);
    return new Sink(child, lines, ports, compiled);
  }

  /** Ends it; all that came. */
  async end(): Promise<Arrival[]> {
    const over = once(this.#child, 'exit');
    this.#child.stdin.end();
    const arrivals: Arrival[] = [];
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next()) {
      const [place = 0, sequence = 0, at = 0] = line.value.split(' ').map(Number);
      arrivals.push({ place, sequence, at });
    }
    await over;
    this.#compiled.close();
    return arrivals;
  }
}

/** How far each packet was from 20 ms after the one before it, ms, over all ports; the first `skip` of each left out. */
export function deviations(arrivals: readonly Arrival[], skip: number): number[] {
  const last = new Map<number, { at: number; sequence: number; count: number }>();
  const values: number[] = [];
  for (const { place, sequence, at } of arrivals) {
    const before = last.get(place);
    const count = (before?.count ?? 0) + 1;
    last.set(place, { at, sequence, count });
    if (!before || count <= skip) continue;
    const packets = (sequence - before.sequence + 0x10000) & 0xffff;
    values.push(Math.abs((at - before.at) / 1e6 - 20 * packets));
  }
  return values;
}
