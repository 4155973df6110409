import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasOpen, placeOf, whyGone } from '../../../src/terminal/audio/device/card.ts';

let root: string;
beforeEach(async () => {
  root = `${await mkdtemp(join(tmpdir(), 'cards-'))}/`;
});
afterEach(() => rm(root, { recursive: true }));

const put = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};

const CARDS = ` 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi
                      vc4-hdmi
 1 [Handset        ]: USB-Audio - USB Audio Device
                      C-Media USB Audio Device at usb-1, full speed
`;

/** A machine with two cards, of which the handset's has a microphone that is free. */
async function machine() {
  await put('proc/asound/cards', CARDS);
  await put('proc/asound/card1/pcm0c/sub0/status', 'closed\n');
  await put('proc/asound/card1/pcm0p/sub0/status', 'closed\n');
  await put('dev/snd/pcmC1D0c', '');
  await put('dev/snd/pcmC1D0p', '');
}

describe('the name of a PCM', () => {
  it.each([
    ['plughw:CARD=Handset', { card: 'Handset', device: 0 }],
    ['hw:CARD=Handset,DEV=2', { card: 'Handset', device: 2 }],
    ['plughw:DEV=1,CARD=1', { card: '1', device: 1 }],
    ['plughw:1,0', { card: '1', device: 0 }],
    ['hw:Handset,3,0', { card: 'Handset', device: 3 }],
    ['default', null],
    ['sysdefault:CARD=Handset', { card: 'Handset', device: 0 }],
  ])('%s names a card and a device on it', (pcm, place) => {
    expect(placeOf(pcm)).toEqual(place);
  });
});

describe('what is wrong with a card', () => {
  const why = (
    pcm: string,
    said = 'left with code 1: arecord: main:831: audio open error: No such file or directory',
  ) => whyGone(pcm, 'capture', said, root);

  it('no card at all', async () => {
    expect(why('plughw:CARD=Handset')).toMatch(/^no sound card is there: plug it in/);
    await put('proc/asound/cards', '--- no soundcards ---\n');
    expect(why('plughw:CARD=Handset')).toMatch(/^no sound card is there: plug it in/);
  });

  it('one that is not there, and those that are', async () => {
    await machine();
    expect(why('plughw:CARD=Headset')).toBe(
      'card Headset is not there: plug it in, or name another as audio.capture in the board file; cards: vc4hdmi (0), Handset (1)',
    );
    expect(why('default')).toMatch(/^default: left with code 1.*; cards: vc4hdmi \(0\), Handset \(1\)$/);
  });

  it('a device that it does not have', async () => {
    await machine();
    expect(why('plughw:CARD=Handset,DEV=3')).toMatch(/^card Handset has no capture device 3: arecord -l lists/);
    expect(why('plughw:CARD=vc4hdmi')).toMatch(/^card vc4hdmi has no capture device 0/);
  });

  it('another program that has it', async () => {
    await machine();
    await put('proc/asound/card1/pcm0c/sub0/status', 'state: RUNNING\nowner_pid   : 4711\n');
    await put('proc/4711/comm', 'pulseaudio\n');
    expect(why('plughw:CARD=Handset', 'arecord: main:831: audio open error: Device or resource busy')).toBe(
      'card Handset: another program has its capture (pulseaudio, process 4711): stop it, or keep it from the card',
    );
    expect(hasOpen('plughw:CARD=Handset', 'capture', 4711, root)).toBe(true);
    expect(hasOpen('plughw:CARD=Handset', 'playback', 4711, root)).toBe(false);
    expect(hasOpen('default', 'playback', 4711, root)).toBe(null);
  });

  it('one that may not be opened', async () => {
    await machine();
    const file = join(root, 'dev/snd/pcmC1D0c');
    // Nothing is forbidden to root but what cannot be.
    if (process.getuid?.() === 0) {
      await rm(file);
      await symlink(file, file);
    } else await chmod(file, 0);
    expect(why('plughw:CARD=Handset')).toMatch(/may not open .*usermod -aG audio/);
  });

  it('no device file', async () => {
    await machine();
    await rm(join(root, 'dev'), { recursive: true });
    expect(why('plughw:CARD=Handset')).toMatch(/^card Handset: there is no .*pcmC1D0c/);
  });

  it('a rate that it does not know, and all else in its own words', async () => {
    await machine();
    expect(why('hw:CARD=Handset', 'arecord: set_params:1352: Channels count non available')).toMatch(
      /^card Handset cannot do what is asked .*plughw:CARD=Handset/,
    );
    expect(why('hw:CARD=Handset', 'killed by SIGSEGV')).toBe('card Handset, capture: killed by SIGSEGV');
  });
});
