import { DigitDetector } from '../../src/terminal/audio/digit-detector.ts';
import { NARROW_FRAME } from '../../src/terminal/audio/frame.ts';
import type { FoundKey, Run } from './found.ts';

/** Our detector, in frames of 20 ms as a call gives it. */
export async function ours(samples: Int16Array): Promise<Run> {
  const detector = new DigitDetector();
  const found: FoundKey[] = [];
  const before = process.cpuUsage();
  const whole = samples.length - (samples.length % NARROW_FRAME);
  for (let at = 0; at < whole; at += NARROW_FRAME) {
    const key = detector.detect(samples.subarray(at, at + NARROW_FRAME));
    if (key !== null) found.push({ key, at: at + NARROW_FRAME });
  }
  const spent = process.cpuUsage(before);
  return { found, cost: (spent.user + spent.system) / Math.max(1, whole / NARROW_FRAME) };
}
