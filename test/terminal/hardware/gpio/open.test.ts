import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineFault } from '../../../../src/terminal/hardware/gpio/fault.ts';
import type { Level, LineEvents, Lines, LinesWish } from '../../../../src/terminal/hardware/gpio/lines.ts';
import { openGpio } from '../../../../src/terminal/hardware/gpio/open.ts';
import type { Hardware } from '../../../../src/terminal/hardware/port.ts';
import { GpioBoard } from '../../../../src/terminal/hardware/wiring.ts';

/** Lines that are not there: levels are set, and what is driven is seen. */
class Board {
  readonly levels = new Map<string, Level>();
  readonly driven = new Map<string, Level | 'float'>();
  released = 0;
  opened = 0;
  fault: string | null = null;
  #wish: LinesWish = { inputs: [], outputs: [] };
  #on: LineEvents | null = null;

  readonly open = async (wish: LinesWish, on: LineEvents): Promise<Lines> => {
    this.opened++;
    if (this.fault) throw new LineFault(this.fault);
    this.#wish = wish;
    this.#on = on;
    const name = (list: LinesWish['inputs'] | LinesWish['outputs'], at: number) => list[at]?.what ?? '';
    for (const [at, { first }] of wish.outputs.entries()) this.driven.set(name(wish.outputs, at), first);
    return {
      detail: 'lines that are not there',
      read: (inputs) => {
        if (this.fault) throw Object.assign(new Error('gone'), { code: 'ENODEV' });
        return inputs.map((at) => this.levels.get(name(wish.inputs, at)) ?? 'high');
      },
      drive: (output, to) => this.driven.set(name(wish.outputs, output), to),
      release: async () => {
        this.released++;
      },
    };
  };

  set(what: string, level: Level): void {
    this.levels.set(what, level);
    this.#on?.edge(this.#wish.inputs.findIndex((one) => one.what === what));
  }

  lose(): void {
    this.#on?.lost(new Error('the edges have stopped'));
  }
}

const WIRING = {
  kind: 'gpio',
  hook: { line: 'chip/8', lifted: 'open' },
  keypad: { rows: ['chip/0'], columns: ['chip/4', 'chip/5'], keys: [['1', '2']], settle: '0us' },
  volume: { up: { line: 'chip/10' } },
  tamper: { line: 'chip/9', opened: 'open' },
  lamps: { line: { line: 'chip/11' }, fault: { line: 'chip/12', lit: 'low' } },
};

let board: Board;
let phone: Hardware;
let told: string[];

async function open(wiring: object = {}): Promise<void> {
  phone = openGpio(GpioBoard.parse({ ...WIRING, ...wiring }), pino({ level: 'silent' }), board.open);
  phone.events.subscribe((event) => {
    const { type, ...rest } = event;
    told.push([type, ...Object.values(rest)].join(' '));
  });
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  board = new Board();
  board.levels.set('hook', 'low').set('tamper switch', 'low');
  told = [];
});
afterEach(async () => {
  await phone.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a phone on GPIO lines', () => {
  it('tells the board and the hook first, then what changes', async () => {
    await open();
    expect(told).toEqual(['board ok lines that are not there', 'hook on']);
    board.set('hook', 'high');
    await vi.advanceTimersByTimeAsync(20);
    board.set('tamper switch', 'high');
    board.set('volume button', 'low');
    await vi.advanceTimersByTimeAsync(20);
    board.set('volume button', 'high');
    await vi.advanceTimersByTimeAsync(20);
    expect(told.slice(2)).toEqual(['hook off', 'tamper true', 'volume next']);
  });

  it('is told of the hook as its contact is wired, either way round', async () => {
    await open({ hook: { line: 'chip/8', lifted: 'closed' } });
    await phone.close();
    await open({ hook: { line: 'chip/8', lifted: 'closed', closed: 'high' } });
    expect(told.filter((line) => line.startsWith('hook'))).toEqual(['hook off', 'hook on']);
  });

  it('tells two volume buttons apart', async () => {
    await open({ volume: { up: { line: 'chip/10' }, down: { line: 'chip/13' } } });
    board.set('volume button', 'low');
    board.set('volume-down button', 'low');
    await vi.advanceTimersByTimeAsync(20);
    expect(told.slice(2)).toEqual(['volume up', 'volume down']);
  });

  it('makes good within a second an edge that was lost', async () => {
    await open();
    board.levels.set('hook', 'high');
    await vi.advanceTimersByTimeAsync(1_020);
    expect(told.at(-1)).toBe('hook off');
  });

  it('says what line is wanting and tries on with growing pauses until it is there', async () => {
    board.fault = 'hook (chip/8): no GPIO chip is labelled chip; there is none at all: correct the board file';
    await open();
    expect(told).toEqual([`board fault ${board.fault}`]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toHaveLength(1);
    expect(board.opened).toBeGreaterThan(6);
    expect(board.opened).toBeLessThan(30);
    await phone.alive();
    board.fault = null;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.slice(1)).toEqual(['board ok lines that are not there', 'hook on']);
  });

  it('tells keys up, gives the lines back and opens them anew when they fail', async () => {
    await open();
    board.set('keypad row 1', 'low');
    await vi.advanceTimersByTimeAsync(10);
    board.lose();
    expect(told.slice(2)).toEqual([
      'key 1 down',
      'key 2 down',
      'key 1 up',
      'key 2 up',
      'board fault GPIO: the edges have stopped',
    ]);
    expect(board.released).toBe(1);
    board.levels.set('keypad row 1', 'high').set('hook', 'high');
    await vi.advanceTimersByTimeAsync(250);
    expect(told.slice(-2)).toEqual(['board ok lines that are not there', 'hook off']);
  });

  it('notices by a heartbeat, or when it is asked, that its chip is gone', async () => {
    await open();
    board.fault = 'the chip is gone';
    await phone.alive();
    expect(told.at(-1)).toBe('board fault GPIO: the chip is gone: plug it in again');
    board.fault = null;
    await vi.advanceTimersByTimeAsync(250);
    board.fault = 'the chip is gone';
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.filter((line) => line.startsWith('board fault'))).toHaveLength(2);
  });

  it('lights lamps as they are wired, blinks at 1 Hz, and shows them again on new lines', async () => {
    await open();
    const before = vi.getTimerCount();
    phone.led('fault', 'blink');
    const seen: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      seen.push(board.driven.get('fault lamp'));
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(seen).toEqual(['low', 'high', 'low', 'high']);
    phone.led('fault', 'off');
    expect(vi.getTimerCount()).toBe(before);
    phone.led('line', 'on');
    board.lose();
    board.driven.clear();
    await vi.advanceTimersByTimeAsync(250);
    expect([board.driven.get('line lamp'), board.driven.get('fault lamp')]).toEqual(['high', 'high']);
  });

  it('gives the lines back as the process exits', async () => {
    await open();
    process.emit('exit', 0);
    expect(board.released).toBe(1);
  });
});
