import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoderOf, encoderOf } from '../../../../src/terminal/telephony/media/codec/codec.ts';
import { JitterBuffer } from '../../../../src/terminal/telephony/media/jitter-buffer.ts';
import { levelAt } from '../../../signal.ts';
import { heardLater, Line, likeSpeech, loudest } from './line.ts';

const start = fc.integer({ min: 0, max: 0xffffffff });
const sequence = fc.integer({ min: 0, max: 0xffff });

test('at rest sound is heard 20 to 45 ms after it came, and all of it', () => {
  for (const phase of [1, 5, 10, 15, 19]) {
    const line = new Line({ phase, keep: false });
    line.run(3_000);
    expect(line.buffer.delay).toBeGreaterThanOrEqual(20);
    expect(line.buffer.delay, `${phase} ms before the tick`).toBeLessThan(45);
    expect(line.buffer.counts).toMatchObject({ concealed: 0, lost: 0, late: 0 });
  }
});

test('any order of arrival, with copies, is the same sound as in order, where all come in time', () => {
  // Four packets come together, in any order, and some of them twice.
  const order = fc.tuple(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.subarray([0, 1, 2, 3]));
  fc.assert(
    fc.property(fc.array(order, { minLength: 20, maxLength: 30 }), start, sequence, (orders, timestamp, first) => {
      const steady = new Line({ timestamp, sequence: first });
      steady.run(4 * orders.length, (n) => [60 - 20 * (n % 4)]);
      const mixed = new Line({ timestamp, sequence: first });
      mixed.run(4 * orders.length, (n) => {
        const [places, twice] = orders[Math.floor(n / 4)] ?? [[], []];
        // The later ones a hair later, all in the same tick.
        const at = 60 - 20 * (n % 4) + places.indexOf(n % 4) / 1_000;
        return twice.includes(n % 4) ? [at, at + 0.0005] : [at];
      });
      const [a, b] = [mixed.heard, steady.heard];
      expect(a.findIndex((sample, n) => sample !== b[n])).toBe(-1);
    }),
    { numRuns: 30 },
  );
});

test('packets of 10, 20, 30, 40 and 60 ms are all heard whole', () => {
  for (const ptime of [10, 20, 30, 40, 60]) {
    const line = new Line({ ptime });
    line.run(Math.round(4_000 / ptime));
    expect(line.buffer.counts, `${ptime} ms`).toMatchObject({ concealed: 0, lost: 0, late: 0 });
    expect(line.buffer.delay).toBeLessThan(60);
    expect(heardLater(line.sent, line.heard).likeness).toBeGreaterThan(0.99);
  }
});

test('jitter makes it wait longer, and then nothing is late; when it is over delay goes back', () => {
  const line = new Line({ sound: likeSpeech(5) });
  const next = random(3);
  line.run(1_000, () => [100 * next()]);
  const after = { ...line.buffer.counts };
  line.run(1_000, () => [100 * next()]);
  expect(line.buffer.counts.lost - after.lost).toBeLessThanOrEqual(320 * 4);
  expect(line.buffer.delay).toBeGreaterThan(40);
  expect(line.buffer.delay).toBeLessThan(140);
  line.run(3_000);
  expect(line.buffer.delay).toBeLessThan(60);
});

test('what is late and not lost is waited for, up to 200 ms', () => {
  for (const late of [30, 60, 90]) {
    const line = new Line();
    line.run(200, (n) => [n >= 100 ? late : 0]);
    expect(line.buffer.counts.lost, `${late} ms`).toBe(0);
    expect(heardLater(line.sent.subarray(320 * 110), line.heard.subarray(320 * 110)).likeness).toBeGreaterThan(0.98);
  }
});

test('a clock 200 ppm off is followed for an hour, one 500 ppm off for five minutes: delay stays, nothing is lost', () => {
  for (const [ppm, minutes] of [
    [-500, 5],
    [200, 60],
    [500, 5],
  ] as const) {
    const line = new Line({ ppm, sound: likeSpeech(7), keep: false });
    line.run(500);
    const delays: number[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      line.run(3_000);
      delays.push(line.buffer.delay);
    }
    expect(Math.max(...delays), `${ppm} ppm`).toBeLessThan(60);
    expect(Math.min(...delays), `${ppm} ppm`).toBeGreaterThan(3);
    expect(line.buffer.counts.lost).toBe(0);
    expect(line.buffer.counts.concealed).toBeLessThan(320 * 10);
  }
});

test("a jump of the far end's clock begins anew after five packets", () => {
  for (const jump of [-50_000, 1_000_000]) {
    const line = new Line();
    line.run(50);
    line.jump(jump);
    line.placed.length = 0;
    line.run(20);
    expect(line.placed.slice(0, 8)).toEqual(['late', 'late', 'late', 'late', 'resync', 'kept', 'kept', 'kept']);
    expect(levelAt(line.heard.subarray(-320 * 5), 1_000)).toBeGreaterThan(-11);
  }
});

test('timestamp and sequence wrap unheard', () => {
  const line = new Line({ timestamp: 0xffffffff - 160 * 50, sequence: 0xffff - 30 });
  line.run(200);
  expect(line.buffer.counts).toMatchObject({ concealed: 0, lost: 0, late: 0 });
  expect(heardLater(line.sent, line.heard).likeness).toBeGreaterThan(0.99);
});

test('the timestamp of what is played is that of the sound', () => {
  const line = new Line({ timestamp: 0xffffffff - 160 * 20, sound: likeSpeech(3) });
  line.run(100);
  const { lag } = heardLater(line.sent, line.heard);
  const played = line.buffer.playedTimestamp ?? 0;
  // The last frame began 20 ms before the end of what is heard, `lag` later than it was said.
  const said = (line.heard.length - 320 - lag) / 2;
  expect(Math.abs(((played - (0xffffffff - 160 * 20)) | 0) - said)).toBeLessThan(16);
});

test('silenced, nothing that came is heard, and what comes is heard in its turn', () => {
  for (const codec of ['PCMU', 'G722'] as const) {
    const line = new Line({ codec });
    line.run(50);
    const { delay } = line.buffer;
    line.buffer.silence();
    const from = line.heard.length;
    line.run(1, () => []);
    line.run(20, () => []);
    expect(loudest(line.heard.subarray(from)), codec).toBe(0);
    line.run(50);
    // Sound begins again with a tick.
    expect(Math.abs(line.buffer.delay - delay)).toBeLessThanOrEqual(20);
    expect(levelAt(line.heard.subarray(-320 * 20), 1_000)).toBeGreaterThan(-11);
  }
});

test('time passed over is left behind, and the delay is as before', () => {
  const line = new Line();
  line.run(100);
  const { delay } = line.buffer;
  line.stall(10);
  line.run(100);
  expect(Math.abs(line.buffer.delay - delay)).toBeLessThanOrEqual(5);
});

test('no bytes and no order of calls make it throw, or give what is no frame', () => {
  const call = fc.oneof(
    fc.record({ timestamp: start, sequence, payload: fc.uint8Array({ minLength: 1, maxLength: 1_600 }) }),
    fc.record({ near: fc.integer({ min: -40, max: 40 }), kind: fc.constantFrom('sound', 'noise', 'pause') }),
    fc.constantFrom('silence', 'reset', 'skip', 'take', 'take', 'take'),
  );
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), (calls) => {
      const buffer = new JitterBuffer(() => undefined);
      const decoder = decoderOf('G722');
      const out = new Int16Array(320);
      let now = 0;
      let n = 0;
      for (const one of calls) {
        if (one === 'silence') buffer.silence();
        else if (one === 'reset') buffer.reset();
        else if (one === 'skip') buffer.skip(7);
        else if (one === 'take') {
          now += 20;
          buffer.take(out, now);
          expect(buffer.delay).toBeGreaterThanOrEqual(0);
        } else {
          const at = 'near' in one ? n + one.near : 0;
          n += 1;
          const packet =
            'near' in one
              ? { timestamp: (1_000 + 160 * at) >>> 0, sequence: at & 0xffff, payload: new Uint8Array(160) }
              : one;
          const kind = 'near' in one ? (one.kind as 'sound') : 'sound';
          buffer.put(kind, { ...packet, payloadType: 9, marker: false, ssrc: 1 }, decoder, now);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('an encoder and a decoder of each codec agree on how long sound is', () => {
  for (const codec of ['PCMU', 'PCMA', 'G722'] as const) {
    const encoder = encoderOf(codec);
    const out = new Uint8Array(400);
    const size = encoder.encode(new Int16Array(encoder.rate / 50), out, 0);
    expect(decoderOf(codec).duration(out.subarray(0, size))).toBe(encoder.clock / 50);
  }
});

/** Numbers that are the same each time, 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
