import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, type Key } from '../../../src/protocol/units.ts';
import { decodeBoard, encodeBoard, encodeTerminal } from '../../../src/terminal/hardware/serial/message.ts';
import { contact, hasCompiler, Play, say } from './play.ts';

describe.skipIf(!hasCompiler)('the firmware of the keypad board (needs g++)', () => {
  let play: Play;
  beforeAll(() => {
    play = new Play();
  });
  afterAll(() => play?.close());

  const lines = (...script: string[]) => play.run(script).map(({ line }) => line);
  const events = (...script: string[]) => lines(...script).filter((line) => !line.startsWith('$BEAT'));
  const tap = (key: Key) => [contact(key, true), 'run 30', contact(key, false), 'run 30'];
  const encoded = (message: Parameters<typeof encodeBoard>[0], number: number | null = null) =>
    encodeBoard(message, number).trimEnd();

  it('says each thing that a hand does, as the protocol has it', () => {
    const script = [
      'run 20',
      'hook 1',
      'run 50',
      ...KEYS.flatMap(tap),
      'up 1',
      'run 30',
      'up 0',
      'run 30',
      'down 1',
      'run 30',
      'down 0',
      'tamper 1',
      'run 200',
      'tamper 0',
      'run 200',
      'hook 0',
      'run 50',
    ];
    expect(events(...script)).toEqual([
      encoded({ type: 'hook', hook: 'off' }),
      ...KEYS.flatMap((key) => [
        encoded({ type: 'key', key, edge: 'down' }),
        encoded({ type: 'key', key, edge: 'up' }),
      ]),
      encoded({ type: 'volume', direction: 'up' }),
      encoded({ type: 'volume', direction: 'down' }),
      encoded({ type: 'tamper', open: true }),
      encoded({ type: 'tamper', open: false }),
      encoded({ type: 'hook', hook: 'on' }),
    ]);
  });

  it('beats at power on and each second, with the hook, also when its clock goes round', () => {
    const start = 2 ** 32 - 1_500;
    const beats = play
      .run([`at ${start}`, 'run 1', 'hook 1', 'run 5050'])
      .filter(({ line }) => line.startsWith('$BEAT'));
    expect(beats.map(({ line }) => line)).toEqual(
      [0, 1, 2, 3, 4, 5].map((count) =>
        encoded({ type: 'beat', count, hook: count === 0 ? 'on' : 'off', firmware: 'tierphone-2.0' }),
      ),
    );
  });

  it('answers hello within a few milliseconds with a beat and the housing, and only a right one', () => {
    const hello = encodeTerminal({ type: 'hello' });
    const answer = play.run(['run 100', say(`$HEL${hello}`), 'run 10']).slice(1);
    expect(answer.map(({ line }) => line)).toEqual([
      encoded({ type: 'beat', count: 1, hook: 'on', firmware: 'tierphone-2.0' }),
      encoded({ type: 'tamper', open: false }),
    ]);
    expect(answer[0]?.at).toBeLessThan(106);
    for (const wrong of [
      '$HELLO*43\r\n',
      '$HELLO\r\n',
      '$hello*62\r\n',
      '$HELLO*4\r\n',
      `$${'A'.repeat(500)}*41\r\n`,
      '$*00\r\n',
      '*42\r\n',
    ]) {
      expect(lines('run 100', say(wrong), 'run 100')).toHaveLength(1);
    }
  });

  it('says how things stand at power on, and takes a button held then for no press', () => {
    expect(lines('hook 1', 'tamper 1', 'up 1', 'run 500')).toEqual([
      encoded({ type: 'beat', count: 0, hook: 'off', firmware: 'tierphone-2.0' }),
      encoded({ type: 'tamper', open: true }),
    ]);
  });

  it('lights its lamps and blinks them half a second on, half a second off', () => {
    const led = (state: 'on' | 'off' | 'blink') => say(encodeTerminal({ type: 'led', led: 'fault', state }));
    const shown = play
      .run(['run 100', led('on'), 'run 100', led('off'), 'run 800', led('blink'), 'run 1600', led('off'), 'run 10'])
      .filter(({ line }) => line.startsWith('fault'));
    expect(shown).toEqual([
      { at: 100, line: 'fault 1' },
      { at: 200, line: 'fault 0' },
      { at: 1_000, line: 'fault 1' },
      { at: 1_500, line: 'fault 0' },
      { at: 2_000, line: 'fault 1' },
      { at: 2_500, line: 'fault 0' },
    ]);
  });

  it('numbers its lines when asked, and says them again from any number', () => {
    const script = [
      'run 10',
      say(encodeTerminal({ type: 'number' })),
      'run 50',
      ...tap('5'),
      ...tap('6'),
      say(encodeTerminal({ type: 'again', from: 2 })),
      'run 100',
      say(encodeTerminal({ type: 'again', from: 9 })),
      'run 100',
    ];
    expect(lines(...script).slice(1)).toEqual([
      encoded({ type: 'beat', count: 1, hook: 'on', firmware: 'tierphone-2.0' }, 0),
      encoded({ type: 'tamper', open: false }, 0),
      ...[1, 2, 3, 4, 2, 3, 4].map((number) => {
        const key = number < 3 ? '5' : '6';
        return encoded({ type: 'key', key, edge: number % 2 === 1 ? 'down' : 'up' }, number);
      }),
    ]);
  });

  it('keeps the last 64 events to say again, and its numbers go round after 65535', () => {
    const script = ['run 10', say(encodeTerminal({ type: 'number' })), 'run 20'];
    for (let i = 0; i < 40; i++) script.push(...tap('1'));
    const said = lines(...script, say(encodeTerminal({ type: 'again', from: 0 })), 'run 500');
    const decoded = said
      .map(decodeBoard)
      .flatMap((line) => (line.ok && line.message.type !== 'beat' ? [line.number] : []));
    expect(decoded).toEqual([
      ...Array.from({ length: 81 }, (_, n) => n),
      ...Array.from({ length: 64 }, (_, n) => n + 17),
    ]);
  });

  it('tells two keys at once apart, in any order, and names no key that is not pressed', () => {
    expect(
      events(
        'run 10',
        contact('1', true),
        'run 30',
        contact('5', true),
        'run 30',
        contact('1', false),
        'run 30',
        contact('5', false),
        'run 30',
      ),
    ).toEqual(
      [
        ['1', 'down'],
        ['5', 'down'],
        ['1', 'up'],
        ['5', 'up'],
      ].map(([key, edge]) => encoded({ type: 'key', key: key as Key, edge: edge as 'down' | 'up' })),
    );
    // 1, 3 and 7 close 9 as well: until one is let go nobody knows which is not there.
    expect(
      events(
        'run 10',
        contact('1', true),
        'run 30',
        contact('3', true),
        'run 30',
        contact('7', true),
        'run 100',
        contact('1', false),
        'run 30',
      ),
    ).toEqual(
      [
        ['1', 'down'],
        ['3', 'down'],
        ['7', 'down'],
        ['1', 'up'],
      ].map(([key, edge]) => encoded({ type: 'key', key: key as Key, edge: edge as 'down' | 'up' })),
    );
  });
});
