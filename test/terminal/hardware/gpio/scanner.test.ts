import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Key, Millis } from '../../../../src/protocol/units.ts';
import type { Level, Lines } from '../../../../src/terminal/hardware/gpio/lines.ts';
import { KeyMatrix } from '../../../../src/terminal/hardware/gpio/matrix.ts';
import { Scanner } from '../../../../src/terminal/hardware/gpio/scanner.ts';
import { lowRows, PAD } from './keypad.ts';

/** A keypad on lines: rows are inputs 0 to 3, columns outputs 0 to 2. */
class Pad implements Lines {
  readonly detail = 'a pad';
  readonly closed = new Set<Key>();
  readonly columns: (Level | 'float')[] = ['low', 'low', 'low'];
  readonly told: string[] = [];
  broken = false;
  scans = 0;
  drives: string[] = [];

  read(inputs: readonly number[]): Level[] {
    if (this.broken) throw Object.assign(new Error('gone'), { code: 'ENODEV' });
    const low = this.columns.flatMap((state, column) => (state === 'low' ? [column] : []));
    const rows = lowRows(this.closed, low);
    return inputs.map((row): Level => (rows[row] ? 'low' : 'high'));
  }

  drive(output: number, to: Level | 'float'): void {
    if (output === 0 && to === 'low') this.scans++;
    this.columns[output] = to;
    this.drives.push(this.columns.map((state) => state[0]).join(''));
  }

  async release(): Promise<void> {}
}

let pad: Pad;
let scanner: Scanner;
let stuck: number;
let lost: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  pad = new Pad();
  stuck = 0;
  lost = [];
  const timing = { press: 5 as Millis, debounce: 20 as Millis, stuck: 1_000 as Millis };
  scanner = new Scanner(pad, { rows: [0, 1, 2, 3], columns: [0, 1, 2], settle: 0 }, new KeyMatrix(PAD, timing), {
    keys: (edges) => pad.told.push(...edges.map(({ key, edge }) => `${edge} ${key}`)),
    stuck: () => stuck++,
    lost: (error) => lost.push(error),
  });
});
afterEach(() => {
  scanner.close();
  vi.useRealTimers();
});

const touch = (key: Key, down: boolean) => {
  if (down) pad.closed.add(key);
  else pad.closed.delete(key);
  for (const row of [0, 1, 2, 3]) scanner.edge(row);
};

describe('the scanner', () => {
  it('does nothing at all while no key is down', () => {
    scanner.beat();
    for (const row of [0, 1, 2, 3]) scanner.edge(row);
    expect(vi.getTimerCount()).toBe(0);
    expect(pad.drives).toEqual([]);
  });

  it('scans from the edge on until all keys are up, and rests then with all columns low', () => {
    touch('5', true);
    vi.advanceTimersByTime(30);
    expect(pad.told).toEqual(['down 5']);
    touch('5', false);
    vi.advanceTimersByTime(60);
    expect(pad.told).toEqual(['down 5', 'up 5']);
    expect(vi.getTimerCount()).toBe(0);
    expect(pad.columns).toEqual(['low', 'low', 'low']);
  });

  it('drives no column high, and in a scan one at a time', () => {
    touch('1', true);
    touch('5', true);
    vi.advanceTimersByTime(50);
    expect(pad.drives.join(' ')).not.toContain('h');
    const read = pad.drives.filter((state) => state.replaceAll('f', '').length === 1);
    expect(read).toEqual(expect.arrayContaining(['lff', 'flf', 'ffl']));
    expect(pad.told).toEqual(['down 1', 'down 5']);
  });

  it('takes the echo of its own scan for none', () => {
    touch('9', true);
    vi.advanceTimersByTime(30);
    const before = pad.scans;
    for (let n = 0; n < 20; n++) scanner.edge(2);
    expect(pad.scans).toBe(before);
  });

  it('finds by a beat a key whose edge was lost', () => {
    pad.closed.add('#');
    scanner.beat();
    vi.advanceTimersByTime(30);
    expect(pad.told).toEqual(['down #']);
  });

  it('scans seldom while nothing but a stuck key is down', () => {
    touch('0', true);
    vi.advanceTimersByTime(1_100);
    expect([pad.told, stuck]).toEqual([['down 0', 'up 0'], 1]);
    const before = pad.scans;
    vi.advanceTimersByTime(1_000);
    expect(pad.scans - before).toBeLessThanOrEqual(21);
  });

  it('says once that a line is gone, and stops', () => {
    touch('1', true);
    pad.broken = true;
    vi.advanceTimersByTime(1_000);
    expect(lost).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells keys up that are down when it is closed', () => {
    touch('1', true);
    vi.advanceTimersByTime(30);
    scanner.close();
    expect(pad.told).toEqual(['down 1', 'up 1']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
