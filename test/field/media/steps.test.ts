import { describe, expect, test } from 'vitest';
import { levelAt } from '../../signal.ts';
import { Line, likeSpeech } from '../../terminal/telephony/media/line.ts';

/** Both small and large, and on either side of what the buffer takes as another clock. */
const STEPS = [50, 100, 150, 200, 210, 220, 240, 270, 300, 400, 500, 700, 900, 1_000, 1_500, 2_000, 3_000];

/** The longest time, ms, in which the tone is not heard from frame `from` on. */
function silence(line: Line, from: number): number {
  const { heard } = line;
  let longest = 0;
  let gap = 0;
  for (let at = 320 * from; at + 320 <= heard.length; at += 320) {
    gap = levelAt(heard.subarray(at, at + 320), 1_000) > -16 ? 0 : gap + 20;
    longest = Math.max(longest, gap);
  }
  return longest;
}

/** A tone at rest for 2 s. */
function calm(ptime = 20): Line {
  const line = new Line({ ptime });
  line.run(2_000 / ptime);
  return line;
}

// Another route, or a far end that starts its time anew on the same SSRC: up to ten seconds of silence, until the buffer had
// forgotten how quick packets once were.
describe.each([10, 20, 60])('a step, packets of %i ms', (ptime) => {
  test.each(STEPS)('of delay up by %i ms is heard again within half a second of the first packet', (step) => {
    const line = calm(ptime);
    line.run(Math.ceil((step + 4_000) / ptime), () => [step]);
    expect(silence(line, 50)).toBeLessThan(step + 500);
    // And stays so, without delay beyond the new route's.
    expect(line.buffer.delay).toBeLessThan(260);
    expect(silence(line, (6_000 + step) / 20 - 50)).toBe(0);
  });

  test.each([240, 500, 900, 1_000, 1_100, 3_000])(
    'of delay up by %i ms costs nothing of what is said, and its second packet is heard',
    (step) => {
      const line = calm(ptime);
      line.run(Math.ceil((step + 4_000) / ptime), () => [step]);
      // But for those that wait.
      expect(line.placed.length - line.decoded).toBeLessThanOrEqual(Math.ceil(60 / ptime));
      expect(silence(line, 50)).toBeLessThanOrEqual(step + ptime + 60);
      expect(line.buffer.delay).toBeLessThan(100);
    },
  );

  test.each(STEPS)('of delay down by %i ms is heard again within half a second', (step) => {
    const line = new Line({ ptime });
    line.run(2_000 / ptime + Math.ceil(step / ptime), () => [step]);
    const from = Math.round((2_000 + step) / 20);
    line.placed.length = 0;
    line.run(6_000 / ptime);
    // What is still under way by a route that was slower by far is given up for what is said now.
    if (step > 1_000) expect(line.placed.indexOf('resync') * ptime).toBeLessThan(2_000);
    expect(silence(line, from)).toBeLessThan(500);
    expect(silence(line, from + 200)).toBe(0);
  });

  test.each([1_100, 2_000, 3_000])(
    'of delay down by %i ms is gone along with once, whatever is still under way',
    (step) => {
      for (const apart of [-9, -5, -1, 1, 5, 9]) {
        const line = new Line({ ptime });
        line.run(2_000 / ptime + Math.ceil(step / ptime), () => [step + apart]);
        line.placed.length = 0;
        line.run(Math.ceil(step + 3_000) / ptime);
        expect(line.placed.filter((placed) => placed === 'resync').length, `${apart} ms`).toBe(1);
        expect(line.buffer.delay, `${apart} ms`).toBeLessThan(150);
      }
    },
  );

  test.each(STEPS.flatMap((step) => [-step, step]))(
    'of the time stamps by %i ms is heard again within half a second',
    (step) => {
      const line = calm(ptime);
      line.jump(8 * step);
      line.run(6_000 / ptime);
      expect(silence(line, 50)).toBeLessThan(500);
      expect(silence(line, 300)).toBe(0);
    },
  );
});

test('steps up and down, one after another, are each heard again', () => {
  const line = new Line({ sound: likeSpeech(5) });
  const steps = [0, 300, 0, 700, 240, 1_200, 0, 500];
  let lost = 0;
  for (const step of steps) {
    line.run(250, () => [step]);
    const { counts } = line.buffer;
    lost = counts.lost;
  }
  // Of 40 s, no more than the gaps of the steps.
  expect(lost / 16_000).toBeLessThan(5);
});

test('a spike of delay that is over when its packets come all at once is no step', () => {
  const line = calm();
  for (const spike of [250, 400, 600]) {
    const count = spike / 20;
    const placed = line.placed.length;
    line.run(count, (n) => [20 * (count - n)]);
    line.run(100);
    expect(line.placed.slice(placed)).not.toContain('resync');
    expect(line.buffer.delay).toBeLessThan(260);
  }
});

test('nor is one whose packets come twice as fast as they were sent', () => {
  const line = calm();
  for (const spike of [250, 300, 350]) {
    const placed = line.placed.length;
    line.run(spike / 10, (n) => [spike - 10 * n]);
    line.run(100);
    expect(line.placed.slice(placed)).not.toContain('resync');
  }
});
