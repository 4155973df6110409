import { Lines } from '../process/lines.ts';
import { levelAt } from '../signal.ts';
import type { Machine } from './machine/machine.ts';

/** Of the machine's sound card, samples a second. */
export const RATE = 48_000;

/** A stream of the machine's sound card, as arecord and aplay take it. */
export const card = (device: string): string => `-q -D plughw:CARD=Loopback,${device} -t raw -f S16_LE -r ${RATE} -c 1`;

/** What was heard in the earpiece. */
export interface Heard {
  /** When the first sample was, ms of the machine's monotonic clock. */
  readonly from: number;
  /** 16 bits at `RATE`. */
  readonly samples: readonly number[];
}

const STATUS = '/proc/asound/Loopback/pcm1c/sub0/status';

/** Listens at the earpiece for so many seconds: resolves when it has begun, with what resolves when they are over. */
export async function listen(machine: Machine, seconds: number): Promise<() => Promise<Heard>> {
  const socket = await machine.open(`
    arecord ${card('DEV=1,SUBDEV=0')} -d ${seconds} >/tmp/ear &
    until grep -q RUNNING ${STATUS}; do sleep 0.05; done
    grep trigger_time ${STATUS}
    wait
    base64 -w0 /tmp/ear
    echo
    exit`);
  const said = new Lines();
  socket.on('data', (text: string) => said.push(text));
  // The kernel's own word for when the stream began: what a sample's place in it tells is exact.
  const began = await said.until(/^trigger_time/, { limit: 30_000 });
  return async () => {
    const text = await said.until(/^[\w+/=]{1000,}$/, { limit: 1_000 * seconds + 60_000 });
    const bytes = Buffer.from(text, 'base64');
    return {
      from: 1_000 * Number(began.split(':')[1]),
      samples: Array.from({ length: bytes.length >> 1 }, (_, n) => bytes.readInt16LE(2 * n)),
    };
  };
}

/** Louder than what dithering and a filter's ringing leave of silence. */
const SOUND = 30;
/** The least that a tone lasts, ms. */
const SPAN = 20;

/**
 * How long into what was heard the first sound begins, ms.
 * @throws Error where there is none, or it is not of this frequency
 */
export function onsetOf({ samples }: Heard, frequency: number): number {
  const first = samples.findIndex((sample) => Math.abs(sample) > SOUND);
  const level = levelAt(samples.slice(first, first + (SPAN * RATE) / 1_000), frequency, RATE);
  if (first < 0 || level < -40)
    throw new Error(`the first sound, at sample ${first}, has ${level.toFixed(1)} dB at ${frequency} Hz`);
  return (1_000 * first) / RATE;
}
