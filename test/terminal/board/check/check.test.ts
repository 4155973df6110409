import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBoard } from '../../../../src/terminal/board/check/check.ts';
import { BoardFile } from '../../../../src/terminal/board/file.ts';
import { boardFiles, boardText } from '../boards.ts';

type Tree = Record<string, unknown>;

/** A shipped board with one value in another's place; undefined takes it out. */
function changed(file: string, path: string, value: unknown): string {
  const board = JSON.parse(boardText(file)) as Tree;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Tree>((tree, key) => tree[key] as Tree, board);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return JSON.stringify(board, null, 1);
}

const PI4 = 'raspberry-pi-4-gpio.json';
const PI5 = 'raspberry-pi-5-gpio.json';
const SERIAL = 'raspberry-pi-serial.json';
const USB = 'usb-handset.json';
const line = (n: number) => `pinctrl-bcm2711/${n}`;
const KEYS = [
  ['1', '2', '3'],
  ['4', '5', '6'],
  ['7', '8', '9'],
  ['*', '0', '#'],
];

describe('a fault in a board file', () => {
  it.each([
    ['an unknown setting', PI4, 'hardware.drivr', 'x', /no setting "drivr"/, /mean "driver"/],
    ['a setting unlike any', PI4, 'zebra', 'x', /no setting "zebra"/, /there are: .*computer/],
    ['a setting that is missing', PI4, 'hardware.hook.lifted', undefined, /"lifted" is missing/, /one of open, closed/],
    ['a kind that is misspelt', PI4, 'hardware.kind', 'gpoi', /"gpoi"/, /mean "gpio"/],
    ['a kind that is missing', PI4, 'audio.kind', undefined, /"kind" is missing/, /one of alsa, commands/],
    ['a number for a time', PI4, 'hardware.hook.debounce', 20, /20 will not do/, /"20ms"/],
    ['a number for microseconds', PI4, 'hardware.keypad.settle', 80, /80 will not do/, /"80us"/],
    ['a text for a number', SERIAL, 'hardware.baud', 'fast', /"fast"/, /a whole number from 1200 to 4000000/],
    ['a rate that no card has', PI4, 'audio.rate', 44_100, /44100/, /8000, 16000, 48000/],
    ['a key A of a 4x4 keypad', PI4, 'hardware.keypad.keys.0', ['1', '2', 'A'], /"A"/, /Write null/],
    ['a bare pin number', PI4, 'hardware.hook.line', 23, /23 will not do/, /text/],
    [
      'a line used twice',
      PI4,
      'hardware.hook.line',
      line(5),
      /used twice: for hook.* and for keypad row 1/,
      /of its own/,
    ],
    ['the ID pins', PI4, 'hardware.hook.line', line(1), /GPIO1 \(pin 28\) is reserved/, /another pin/],
    ['a line inside', PI4, 'hardware.hook.line', line(42), /on no pin of the header/, /2 to 27/],
    ['a line beyond the chip', PI4, 'hardware.hook.line', line(58), /has no line 58: it has 0 to 57/, /BCM/],
    ['a line beyond a Pi 5', PI5, 'hardware.hook.line', 'pinctrl-rp1/54', /it has 0 to 53/, /BCM/],
    [
      'a pull-up in the way',
      PI4,
      'hardware.hook',
      { line: line(2), lifted: 'open', closed: 'high' },
      /idle low/,
      /ground/,
    ],
    [
      'a Pi 4 file on a Pi 5',
      PI4,
      'computer',
      'raspberry-pi-5',
      /12 lines are on the chip pinctrl-bcm2711/,
      /pinctrl-rp1/,
    ],
    [
      'a Pi 5 file on a Pi 4',
      PI5,
      'computer',
      'raspberry-pi-4',
      /pinctrl-rp1, which a Raspberry Pi 4/,
      /pinctrl-bcm2711/,
    ],
    [
      'a chip nobody knows',
      PI4,
      'hardware.hook.line',
      'gpiochip0/23',
      /this line is on the chip gpiochip0/,
      /gpiodetect/,
    ],
    ['a key that is missing', PI4, 'hardware.keypad.keys.1.1', null, /no place for key 5/, /Write each/],
    ['a key twice', PI4, 'hardware.keypad.keys.1.1', '1', /key 1 stands twice: .*row 1, column 1/, /printed/],
    ['a row of keys too few', PI4, 'hardware.keypad.keys', KEYS.slice(0, 3), /3 rows of keys and 4 lines/, /one row/],
    ['a row too long', PI4, 'hardware.keypad.keys.0', ['1', '2', '3', null], /row 1 has 4 keys/, /one key/],
    ['a hook that bounces', PI4, 'hardware.hook.debounce', '0ms', /not debounced/, /20ms/],
    ['a card in no handset', PI4, 'soundCard', 'handset', /in a USB handset/, /usb, i2s/],
    ['a key that nothing types', USB, 'hardware.keys', { KEY_1: '1' }, /no place for keys 2 3/, /Write each/],
    ['keys that bounce', PI4, 'hardware.keypad.debounce', '0s', /keys are not debounced/, /20ms/],
  ])('%s is an error that says what, why and what to do', (_what, file, path, value, what, remedy) => {
    const { faults } = checkBoard(changed(file, path, value));
    const errors = faults.filter((fault) => fault.level === 'error');
    expect(errors).toContainEqual(
      expect.objectContaining({ what: expect.stringMatching(what), remedy: expect.stringMatching(remedy) }),
    );
    for (const { why } of faults) expect(why.length).toBeGreaterThan(10);
  });

  it.each([
    ['an adapter by number', SERIAL, 'hardware.path', '/dev/ttyUSB0', /whichever USB adapter/, /by-id/],
    ['the small UART', SERIAL, 'hardware.path', '/dev/ttyS0', /small UART/, /serial0/],
    ['another speed', SERIAL, 'hardware.baud', 9_600, /9600/, /115200/],
    ['the default card', PI4, 'audio.capture', 'default', /whichever card/, /arecord -L/],
    ['a card by number', PI4, 'audio.playback', 'plughw:1,0', /by its number/, /CARD=/],
    [
      'a card with nothing between',
      PI4,
      'audio.playback',
      'hw:CARD=Handset',
      /only what the card/,
      /plughw:CARD=Handset/,
    ],
    ['a low rate', PI4, 'audio.rate', 16_000, /16000 samples/, /48000/],
    ['no sound', PI4, 'audio', { kind: 'none' }, /audio of kind none/, /alsa/],
    ['a slow hook', PI4, 'hardware.hook.debounce', '80ms', /80 ms/, /20ms/],
    ['a UART pin', PI4, 'hardware.hook.line', line(15), /GPIO15 \(pin 10\) is the input/, /switch the port off/],
    ['an input device by number', USB, 'hardware.path', '/dev/input/event3', /whichever input/, /by-id/],
    ['no computer', PI4, 'computer', undefined, /not named/, /Raspberry Pi 4/],
  ])('%s is a warning: the phone may work', (_what, file, path, value, what, remedy) => {
    const { faults, board } = checkBoard(changed(file, path, value));
    expect(faults).toEqual([
      expect.objectContaining({
        level: 'warning',
        what: expect.stringMatching(what),
        remedy: expect.stringMatching(remedy),
      }),
    ]);
    expect(board).not.toBeNull();
  });

  it('of a Pi 5 is that its first serial port may be its debug connector', () => {
    const board = JSON.parse(changed(SERIAL, 'hardware.path', '/dev/serial0'));
    expect(checkBoard(JSON.stringify(board)).faults).toEqual([]);
    const faults = checkBoard(JSON.stringify({ ...board, computer: 'raspberry-pi-5' })).faults;
    expect(faults).toMatchObject([{ level: 'warning', remedy: expect.stringContaining('ttyAMA0') }]);
  });

  it('of I2S is one only where the sound card is there', () => {
    const usb = changed(PI4, 'hardware.hook.line', line(18));
    expect(checkBoard(usb).faults).toEqual([]);
    expect(checkBoard(usb.replace('"computer"', '"soundCard": "i2s", "computer"')).faults).toMatchObject([
      { level: 'error', what: expect.stringContaining('pin of I2S') },
    ]);
  });

  it('is told with all others at once, each at its line', () => {
    const text = boardText(PI4)
      .replace('"name"', '"nam"')
      .replace(line(26), line(17))
      .replace('"lifted": "open"', '"lifted": "up"')
      .replace('48000', '5');
    const { faults, board } = checkBoard(text);
    expect(board).toBeNull();
    const told = faults.map(({ key, line }) => `${key} ${text.split('\n')[line - 1]?.trim().split(':')[0]}`);
    expect(told).toEqual([
      'name {',
      'nam "nam"',
      'hardware.hook.lifted "hook"',
      'hardware.keypad.columns.0 "columns"',
      'audio.rate "rate"',
    ]);
  });

  it('that makes it no JSON is found', () => {
    expect(checkBoard('{"name": "x",\n "audio": [}').faults).toMatchObject([{ level: 'error', line: 2 }]);
    expect(checkBoard('').faults).toMatchObject([{ what: 'the file is empty' }]);
  });
});

describe('whatever a board file says', () => {
  const leaf = fc.constantFrom(null, 0, 20, true, 'x', '20ms', 'default', line(5), line(99), '5', [], {}, ['1'], [[]]);

  it('the check explains it without failing, and has an error exactly where a terminal would refuse it or a rule does', () => {
    const change = fc.record({ file: fc.constantFrom(...boardFiles), at: fc.nat(200), leaf });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const board = JSON.parse(boardText(changes[0]?.file ?? PI4)) as Tree;
        for (const { at, leaf } of changes) {
          const paths = pathsOf(board);
          const path = paths[at % paths.length] ?? [];
          const parent = path.slice(0, -1).reduce<Tree>((tree, key) => tree[key] as Tree, board);
          parent[path.at(-1) ?? ''] = structuredClone(leaf);
        }
        const text = JSON.stringify(board, null, 1);
        const checked = checkBoard(text);
        const lines = text.split('\n').length;
        for (const fault of checked.faults) {
          expect(fault.line).toBeGreaterThan(0);
          expect(fault.line).toBeLessThanOrEqual(lines);
        }
        const taken = BoardFile.safeParse(board).success;
        expect(checked.board !== null).toBe(taken);
        if (!taken) expect(checked.faults.some(({ level }) => level === 'error')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

/** The place of every value in a tree. */
function pathsOf(tree: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [[...path, key], ...pathsOf(value, [...path, key])]);
}
