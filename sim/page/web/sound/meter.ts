import type { Channel } from '../../sound.ts';

const FLOOR_DB = -60;
/** How fast a needle falls, dB a second. */
const FALL = 40;

const last: Record<Channel, { level: number; at: number }> = {
  earpiece: { level: FLOOR_DB, at: 0 },
  callee: { level: FLOOR_DB, at: 0 },
  mouthpiece: { level: FLOOR_DB, at: 0 },
};

/** Takes note of a frame, whether or not it is played. */
export function meterFrame(channel: Channel, frame: Int16Array): void {
  let power = 0;
  for (const s of frame) power += s * s;
  const level = Math.max(FLOOR_DB, 10 * Math.log10(power / frame.length / 32_768 ** 2));
  if (level >= needle(channel)) last[channel] = { level, at: performance.now() };
}

/** Where the needle of a channel stands now, dB, from -60 to 0. */
export function needle(channel: Channel): number {
  const { level, at } = last[channel];
  return Math.max(FLOOR_DB, level - ((performance.now() - at) / 1_000) * FALL);
}
