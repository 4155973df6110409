import { writtenAt } from '../../schema.ts';
import type { Finding, Rule } from '../finding.ts';
import { computerOf } from './lines.ts';

/** A sound card is named, and by its name. */
export const namedCard: Rule = (file) => {
  if (writtenAt(file, ['audio', 'kind']) !== 'alsa') return [];
  return ['capture', 'playback'].flatMap((part): Finding[] => {
    const device = writtenAt(file, ['audio', part]);
    if (typeof device !== 'string') return [];
    const path = ['audio', part];
    if (/^(default|sysdefault|pulse|pipewire)\b(?!.*CARD=)/.test(device))
      return [
        {
          level: 'warning',
          path,
          what: `"${device}" is whichever card the system thinks of first`,
          why: 'On a Pi that is often HDMI, and a service that starts early may find none: the caller hears nothing.',
          remedy: `Name the card, as plughw:CARD=Handset: \`${part === 'capture' ? 'arecord' : 'aplay'} -L\` lists them.`,
        },
      ];
    if (/^(plug)?hw:\d/.test(device))
      return [
        {
          level: 'warning',
          path,
          what: `"${device}" names a card by its number`,
          why: 'Cards are numbered as they are found: after a restart the number may be another card.',
          remedy: 'Write CARD= and the name that `cat /proc/asound/cards` shows in brackets.',
        },
      ];
    if (/^hw:/.test(device))
      return [
        {
          level: 'warning',
          path,
          what: `"${device}" takes only what the card does itself`,
          why: 'Many cards have no mono, or not this rate: ALSA refuses to open them, and the phone has no sound.',
          remedy: `Write plug${device}, which converts what the card cannot do.`,
        },
      ];
    return [];
  });
};

/** A card runs at its own rate. */
export const ownRate: Rule = (file) => {
  const rate = writtenAt(file, ['audio', 'rate']);
  if (writtenAt(file, ['audio', 'kind']) !== 'alsa' || (rate !== 8_000 && rate !== 16_000)) return [];
  return [
    {
      level: 'warning',
      path: ['audio', 'rate'],
      what: `the card is asked for ${rate} samples a second`,
      why: 'Nearly every card runs at 48000: ALSA then converts, worse than the terminal does, and adds delay.',
      remedy: 'Write 48000, unless the card says otherwise (`arecord --dump-hw-params -D hw:CARD=... /dev/null`).',
    },
  ];
};

/** A card in a handset needs the handset. */
export const cardInHandset: Rule = (file) => {
  const kind = writtenAt(file, ['hardware', 'kind']);
  if (writtenAt(file, ['soundCard']) !== 'handset' || kind === 'input') return [];
  return [
    {
      level: 'error',
      path: ['soundCard'],
      what: 'the sound card is in a USB handset, and the hardware is of another kind',
      why: 'There is no such handset in this phone: drawing and list of parts would lack the sound card.',
      remedy: 'Write usb, i2s or built-in.',
    },
  ];
};

/** A phone on a wall has sound and hardware. */
export const notSilent: Rule = (file) => {
  const computer = computerOf(file);
  if (computer !== 'raspberry-pi-4' && computer !== 'raspberry-pi-5') return [];
  return ['audio', 'hardware'].flatMap((part): Finding[] => {
    const kind = writtenAt(file, [part, 'kind']);
    if (kind !== 'none' && kind !== 'simulated') return [];
    const why = part === 'audio' ? 'Nobody would hear anything on it.' : 'Nobody could lift it or press a key.';
    const wanted = part === 'audio' ? 'alsa' : 'gpio, serial or input';
    return [
      {
        level: 'warning',
        path: [part, 'kind'],
        what: `this ${computer} has ${part} of kind ${kind}`,
        why,
        remedy: `Write ${wanted}, unless it is for a bench.`,
      },
    ];
  });
};
