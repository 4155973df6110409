import type { BoardFile, Part } from './file.ts';
import { ARDUINO, factsOf } from './header.ts';
import type { KeypadBoard } from './pins.ts';
import { idlesOf } from './wiring/devices.ts';
import { netlistOf } from './wiring/netlist.ts';

/**
 * What to buy for one phone of a board: what follows from its wiring, and then what the file adds.
 * @param pins of a serial keypad board, where its firmware tells what is on them
 */
export function partsOf(board: BoardFile, pins: KeypadBoard | null = null): readonly Part[] {
  return [...computer(board), ...hardware(board, pins), ...sound(board), ...wires(board, pins), ...board.parts];
}

const part = (what: string, note?: string, count = 1): Part => ({ what, count, ...(note !== undefined && { note }) });

function computer({ computer }: BoardFile): readonly Part[] {
  const facts = factsOf(computer);
  return facts?.header ? [part(facts.title, '2 GB of memory or more')] : [];
}

function hardware({ hardware, pulls, soundCard }: BoardFile, pins: KeypadBoard | null): readonly Part[] {
  switch (hardware.kind) {
    case 'simulated':
      return [];
    case 'serial':
      if (pins)
        return [
          part('Arduino Leonardo, Micro, Uno or Nano', 'the keypad board; with a USB cable'),
          ...gpio(pins, false),
        ];
      return [part('Serial keypad board', `hook switch, keypad and lamps on it; ${hardware.baud} bit/s, 3.3 V levels`)];
    case 'input':
      return [part(handsetOf(soundCard), 'a keyboard to Linux; its hook switch holds a key down')];
    case 'gpio':
      return gpio(hardware, pulls === 'resistors');
  }
}

const handsetOf = (card: BoardFile['soundCard']) =>
  card === 'handset' ? 'USB handset with keypad and sound' : 'USB keypad with hook switch';

function gpio(board: KeypadBoard, resistors: boolean): readonly Part[] {
  const { hook, keypad, volume, tamper, lamps } = board;
  const { up, down } = idlesOf(board);
  const buttons = volume ? (volume.down ? 2 : 1) : 0;
  const lit = [lamps.line, lamps.fault].filter((lamp) => lamp !== undefined).length;
  const some = (count: number, what: string, note?: string) => (count === 0 ? [] : [part(what, note, count)]);
  return [
    part(
      `Keypad, matrix of ${keypad.rows.length} x ${keypad.columns.length}`,
      'a wire for each row and each column, no common wire; steel, for outdoors',
    ),
    part('Hook switch, microswitch or reed', `contact ${hook.lifted} while the handset is lifted`),
    ...some(buttons, 'Push button, normally open', 'volume; vandal-proof'),
    ...some(tamper ? 1 : 0, 'Tamper switch, plunger', `contact ${tamper?.opened} while the housing is open`),
    ...some(lamps.line ? 1 : 0, 'LED in a holder, green, 2 V 5 mA', 'lamp "line"'),
    ...some(lamps.fault ? 1 : 0, 'LED in a holder, red, 2 V 5 mA', 'lamp "fault"'),
    ...some(lit, 'Resistor 330 Ω, 1/4 W', 'one before each lamp'),
    ...some(resistors ? up.length : 0, 'Resistor 10 kΩ, 1/4 W', 'from each input to 3.3 V'),
    ...some(resistors ? down.length : 0, 'Resistor 10 kΩ, 1/4 W', 'from each input to ground'),
  ];
}

function sound({ audio, soundCard }: BoardFile): readonly Part[] {
  if (audio.kind !== 'alsa' || (soundCard !== 'usb' && soundCard !== 'i2s')) return [];
  const [, name] = audio.capture.match(/CARD=([^,]+)/) ?? [];
  const note = `48 kHz, microphone in and headphones out${name === undefined ? '' : `; ALSA must know it as ${name}`}`;
  return [part(soundCard === 'usb' ? 'USB sound card' : 'I2S sound card for the header', note)];
}

function wires(board: BoardFile, pins: KeypadBoard | null): readonly Part[] {
  const { computer, wires } = netlistOf(board, pins);
  if (!computer?.header && computer !== ARDUINO) return [];
  const toPins = wires.filter(({ terminal: { goal } }) => goal.to !== 'usb');
  if (toPins.length === 0) return [];
  const colours = [...new Set(toPins.map(({ colour }) => colour.name))];
  return [
    part(
      `Screw terminal board for ${computer === ARDUINO ? 'the Arduino' : 'the 40-pin header'}`,
      'so that no wire hangs on a plug',
    ),
    part('Wire 0.25 mm², 30 cm', `stranded, with ferrules; ${colours.join(', ')}`, toPins.length),
  ];
}
