import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openHandset } from '../../../sim/world/handset.ts';
import { PortDevice } from '../../../src/terminal/audio/device/message-port.ts';
import { FRAME, TICK_MS } from '../../../src/terminal/audio/frame.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Of a hundred frames that the terminal took when all had begun, those in which the terminal heard its caller, who talks all the time. */
async function heardOf(skipped: number): Promise<number> {
  const handset = openHandset();
  const device = new PortDevice(handset.port, {
    state: () => {},
    xrun: () => {},
    stir: () => {},
    malformed: (detail) => {
      throw new Error(detail);
    },
  });
  const frame = new Int16Array(FRAME);
  let heard = 0;
  try {
    for (let n = 0; n < 120; n += 1) {
      for (let tick = 0; tick <= skipped; tick += 1) {
        handset.speak(new Int16Array(FRAME).fill(1_000));
        vi.advanceTimersByTime(TICK_MS);
      }
      // A message takes a turn or two of the event loop to the other port.
      for (let turns = 0; turns < 5; turns += 1) await turn();
      if (skipped > 0) device.skip(skipped);
      device.read(frame);
      if (n >= 20 && frame.some((sample) => sample !== 0)) heard += 1;
      device.write(frame);
    }
  } finally {
    await device.close();
    handset.close();
  }
  return heard;
}

it.each([0, 1, 3])(
  'a caller is heard by a terminal that passes over %i ticks for each that it does',
  async (skipped) => {
    expect(await heardOf(skipped)).toBe(100);
  },
);
