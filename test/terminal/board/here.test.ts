import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BoardFile } from '../../../src/terminal/board/file.ts';
import { findingsHere } from '../../../src/terminal/board/here/here.ts';
import { boardOf } from './boards.ts';

const PI4 = boardOf('raspberry-pi-4-gpio.json');
const SERIAL = boardOf('raspberry-pi-serial.json');
const BY_ID = 'dev/serial/by-id/usb-Arduino_LLC_Arduino_Leonardo-if00';

/** A Pi 4 as its kernel shows it, in a folder, with all that the boards name. */
const FILES: Record<string, string> = {
  'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.5\0',
  'sys/class/gpio/export': '',
  'sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2711\n',
  'sys/class/gpio/gpiochip512/base': '512\n',
  'sys/class/gpio/gpiochip512/ngpio': '58\n',
  'boot/firmware/config.txt':
    'dtparam=audio=on\n[all]\ngpio=4-6,13,23,24,26=ip,pu # inputs\ngpio=12=op,dl\ngpio=16=op,dl\n',
  'etc/group': 'root:x:0:\ndialout:x:20:\naudio:x:29:\ngpio:x:993:\n',
  'proc/asound/cards': ' 0 [Handset        ]: USB-Audio - USB Audio Device\n                      C-Media\n',
  'proc/asound/card0/pcm0c/info': '',
  'proc/asound/card0/pcm0p/info': '',
  'dev/snd/pcmC0D0c': '',
  'dev/snd/pcmC0D0p': '',
  [BY_ID]: '',
};

describe('the machine itself', () => {
  let root: string;
  beforeEach(() => {
    root = `${mkdtempSync(join(tmpdir(), 'tierphone-here-'))}/`;
    for (const [path, text] of Object.entries(FILES)) write(path, text);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const remove = (path: string) => rmSync(join(root, path), { recursive: true });

  it.each([
    ['GPIO', PI4],
    ['a serial board', SERIAL],
  ])('has all that a phone with %s needs', async (_what, board) => {
    expect(await findingsHere(board, root)).toEqual([]);
  });

  const gpiod: BoardFile = { ...PI4, hardware: { ...PI4.hardware, driver: 'gpiod' } as BoardFile['hardware'] };

  it.each<[what: string, board: BoardFile, path: string, text: string | null, what: RegExp, remedy: RegExp]>([
    [
      'is another computer',
      SERIAL,
      'proc/device-tree/model',
      'Raspberry Pi 5 Model B\0',
      /is a Raspberry Pi 5/,
      /file of this one/,
    ],
    ['has no sysfs GPIO', PI4, 'sys/class/gpio', null, /there is no .*sys\/class\/gpio$/, /gpiod/],
    [
      'has another chip',
      PI4,
      'sys/class/gpio/gpiochip512/label',
      'pinctrl-rp1',
      /^no GPIO chip is labelled pinctrl-bcm2711; there is pinctrl-rp1$/,
      /board file/,
    ],
    [
      'was not told of pull-ups',
      PI4,
      'boot/firmware/config.txt',
      'gpio=12,16=op,dl',
      /lacks `gpio=5,6,13,26,23,24,4=ip,pu`$/,
      /\[all\]/,
    ],
    [
      'was told the wrong ones',
      PI4,
      'boot/firmware/config.txt',
      'gpio=4-6,13,23-26=ip,pd\ngpio=12,16=op,dl',
      /lacks `gpio=5/,
      /restart/,
    ],
    ['has no serial board', SERIAL, 'dev/serial', null, /^there is no \/dev\/serial\/by-id\/usb-Ard/, /Plug it in/],
    ['has no sound card', SERIAL, 'proc/asound', null, /^no sound card is there$/, /plug it in/],
    [
      'has another sound card',
      SERIAL,
      'proc/asound/cards',
      ' 0 [Device         ]: USB-Audio\n',
      /card Handset is not there/,
      /Device/,
    ],
    ['has a card with no microphone', SERIAL, 'proc/asound/card0/pcm0c', null, /no capture device 0/, /arecord -l/],
    ['has no group for lines', PI4, 'etc/group', 'audio:x:29:\n', /no group gpio/, /groupadd --system gpio/],
  ])('that %s is told, and what to do', async (_what, board, path, text, what, remedy) => {
    if (text === null) remove(path);
    else write(path, text);
    expect(await findingsHere(board, root)).toEqual([
      expect.objectContaining({
        level: 'error',
        what: expect.stringMatching(what),
        remedy: expect.stringMatching(remedy),
      }),
    ]);
  });

  it('tells where what reads a USB handset is not installed', async () => {
    vi.stubEnv('PATH', '');
    const findings = await findingsHere(boardOf('usb-handset.json'), root).finally(() => vi.unstubAllEnvs());
    expect(findings).toContainEqual(
      expect.objectContaining({ what: expect.stringMatching(/^the program evtest/), remedy: 'apt install evtest.' }),
    );
  });

  it('names the serial devices that there are where the one of the file is not', async () => {
    write('dev/serial/by-id/usb-FTDI_FT232R-if00-port0', '');
    remove(BY_ID);
    const [finding] = await findingsHere(SERIAL, root);
    expect(finding?.remedy).toContain('/dev/serial/by-id/usb-FTDI_FT232R-if00-port0');
  });

  it('needs the lines of config.txt less where the driver sets the resistors itself', async () => {
    write('boot/firmware/config.txt', '');
    const found = (await findingsHere(gpiod, root)).filter(({ what }) => what.includes('config.txt'));
    expect(found.map(({ level }) => level)).toEqual(['warning']);
  });
});
