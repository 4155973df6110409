import type { DeviceOptions } from './options.ts';
import type { AudioWiring } from './wiring.ts';

/** What ALSA holds before the microphone is read and ahead of the earpiece, in microseconds: as short as a busy Pi stands. */
const BUFFER_US = 80_000;
const PERIOD_US = 20_000;

type Programs = Extract<DeviceOptions, { kind: 'commands' }>;

/** The pair of programs that reads and plays a sound card. */
export function alsaDevice({ capture, playback, rate }: Extract<AudioWiring, { kind: 'alsa' }>): Programs {
  const command = (program: string, device: string) => [
    program,
    '--quiet',
    `--device=${device}`,
    '--file-type=raw',
    '--format=S16_LE',
    `--rate=${rate}`,
    '--channels=1',
    `--buffer-time=${BUFFER_US}`,
    `--period-time=${PERIOD_US}`,
  ];
  return {
    kind: 'commands',
    capture: command('arecord', capture),
    playback: command('aplay', playback),
    rate,
    pcm: { capture, playback },
  };
}
