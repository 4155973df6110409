import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JitterBuffer } from '../../../../src/terminal/telephony/media/jitter-buffer.ts';

/** Decodes a code to itself, so that a test sees which byte is played. */
const PLAIN = Int16Array.from({ length: 256 }, (_, n) => n);
/** Never 0, which stands for nothing. */
const code = (n: number) => 1 + (n % 255);
const payload = (n: number, length = 160) => new Uint8Array(length).fill(code(n));

/** Packets as they come, each 20 ms of sound at `arrives` (ticks). What is played, a code a tick, 0 for a hole. */
function played(packets: readonly { n: number; arrives: number }[], start: number, ticks: number): number[] {
  const buffer = new JitterBuffer();
  return Array.from({ length: ticks }, (_, tick) => {
    for (const { n, arrives } of packets) {
      if (arrives === tick) buffer.put((start + 160 * n) >>> 0, payload(n), PLAIN);
    }
    const out = new Int16Array(160);
    buffer.take(out);
    return out[80] as number;
  });
}

const start = fc.integer({ min: 0, max: 0xffffffff });

test('packets out of order, and lost, and twice, are played in order with holes where one is lost', () => {
  const packet = fc.record({ lost: fc.boolean(), late: fc.integer({ min: 0, max: 1 }), twice: fc.boolean() });
  fc.assert(
    fc.property(fc.array(packet, { minLength: 20, maxLength: 90 }), start, (fates, from) => {
      const fated = [{ lost: false, late: 0, twice: false }, ...fates];
      const packets = fated.flatMap(({ lost, late, twice }, n) => {
        if (lost) return [];
        const one = { n, arrives: n + late };
        return twice ? [one, { n, arrives: n + late + 1 }] : [one];
      });
      const heard = played(packets, from, fated.length + 10);
      // The first is played 60 ms after it came: three ticks of nothing before it.
      const expected = [0, 0, 0, ...fated.map(({ lost }, n) => (lost ? 0 : code(n)))];
      expect(heard.slice(0, expected.length)).toEqual(expected);
    }),
  );
});

test('jitter beyond 60 ms makes it wait longer, and then nothing is late', () => {
  // Every fifth packet comes 80 ms after its time.
  const packets = Array.from({ length: 500 }, (_, n) => ({ n, arrives: n % 5 === 4 ? n + 4 : n }));
  const heard = played(packets, 1_000, 500);
  expect(heard.slice(60, 480)).not.toContain(0);
});

test('a far end whose clock is faster or slower than ours is followed, with the delay in bounds', () => {
  for (const parts of [-0.002, 0.002]) {
    const buffer = new JitterBuffer();
    const out = new Int16Array(160);
    let sent = 0;
    let holes = 0;
    // Ten minutes.
    for (let tick = 0; tick < 30_000; tick++) {
      while (sent < tick * (1 + parts)) {
        buffer.put(160 * sent, payload(sent), PLAIN);
        sent += 1;
      }
      if (buffer.take(out) < 160) holes += 1;
    }
    expect(buffer.delay).toBeGreaterThanOrEqual(20);
    expect(buffer.delay).toBeLessThanOrEqual(110);
    expect(holes).toBeLessThan(30_000 * 0.01);
  }
});

test("a jump of the far end's clock begins anew after five packets", () => {
  for (const jump of [-50_000, 1_000_000]) {
    const buffer = new JitterBuffer();
    const out = new Int16Array(160);
    for (let n = 0; n < 20; n++) {
      buffer.put(100_000 + 160 * n, payload(n), PLAIN);
      buffer.take(out);
    }
    const placed = Array.from({ length: 8 }, (_, n) => {
      const what = buffer.put((103_200 + jump + 160 * n) >>> 0, payload(100), PLAIN);
      buffer.take(out);
      return what;
    });
    expect(placed).toEqual(['late', 'late', 'late', 'late', 'resync', 'kept', 'kept', 'kept']);
    expect(out[80]).toBe(code(100));
  }
});

test('silenced, what is held is silence and what comes is heard in its turn', () => {
  const buffer = new JitterBuffer();
  const out = new Int16Array(160);
  for (let n = 0; n < 3; n++) buffer.put(160 * n, payload(n), PLAIN);
  buffer.silence();
  buffer.put(480, payload(3), PLAIN);
  const heard = Array.from({ length: 7 }, () => {
    out.fill(0);
    buffer.take(out);
    return out[80];
  });
  expect(heard).toEqual([0, 0, 0, 0, 0, 0, code(3)]);
});

test('time passed over is left behind', () => {
  const buffer = new JitterBuffer();
  const out = new Int16Array(160);
  for (let n = 0; n < 20; n++) buffer.put(160 * n, payload(n), PLAIN);
  buffer.skip(10);
  buffer.take(out);
  expect(out[80]).toBe(code(7));
});
