import { clamp16, FRAME, NARROW_FRAME } from '../../src/terminal/audio/frame.ts';
import { Decimator, widened } from '../../src/terminal/audio/resample.ts';
import { g711Decoder, g711Encoder } from '../../src/terminal/telephony/media/codec/g711.ts';
import { telephoneBand } from '../quality/filter.ts';

/** What comes between a mouth and the engine: nothing, the telephone's band, and with it G.711 (mu-law). */
export type Channel = 'wide' | 'narrow' | 'g711';

/** A filter goes over the top of what was at full scale already. */
const HEADROOM = 0.7;

/** Sound as it comes out of a channel, 16 kHz. */
export function over(channel: Channel, sound: Int16Array): Int16Array {
  if (channel === 'wide') return sound;
  const narrow = new Int16Array(Math.ceil(sound.length / FRAME) * NARROW_FRAME);
  const whole = new Int16Array(2 * narrow.length);
  whole.set(sound);
  new Decimator(2, whole.length).run(whole, narrow);
  const band = Int16Array.from(telephoneBand(narrow), (sample) => clamp16(HEADROOM * sample));
  const sent = channel === 'g711' ? coded(band) : band;
  return widened(sent).subarray(0, sound.length);
}

function coded(samples: Int16Array): Int16Array {
  const payload = new Uint8Array(samples.length);
  const out = new Int16Array(samples.length);
  g711Encoder('PCMU').encode(samples, payload, 0);
  g711Decoder('PCMU').decode(payload, out);
  return out;
}
