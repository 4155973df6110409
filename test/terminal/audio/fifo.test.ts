import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SampleFifo } from '../../../src/terminal/audio/fifo.ts';

test('samples come out in the order they went in; of too many the oldest are lost', () => {
  const sizes = fc.array(fc.record({ push: fc.nat({ max: 300 }), pull: fc.nat({ max: 120 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(sizes, (steps) => {
      const fifo = new SampleFifo(200, 1_000);
      let model: number[] = [];
      let n = 0;
      for (const { push, pull } of steps) {
        const samples = Int16Array.from({ length: push }, () => n++ % 30_000);
        fifo.push(samples);
        model = [...model, ...samples].slice(-200);
        const frame = new Int16Array(pull).fill(7);
        const whole = fifo.pull(frame);
        expect(whole).toBe(model.length >= pull);
        expect([...frame]).toEqual(whole ? model.splice(0, pull) : [...new Int16Array(pull)]);
        expect(fifo.level).toBe(model.length);
        expect(fifo.room).toBe(200 - model.length);
      }
    }),
  );
});

test('a source that is ahead for a second loses a frame; one that waits for us loses none', () => {
  for (const [waits, lost] of [
    [false, 100],
    [true, 0],
  ] as const) {
    const fifo = new SampleFifo(1_000, 250);
    fifo.push(new Int16Array(500));
    for (let n = 0; n < 51; n++) {
      fifo.push(new Int16Array(100));
      if (waits) fifo.excuse();
      fifo.pull(new Int16Array(100));
    }
    expect(fifo.level).toBe(500 - lost);
  }
});

test('time passed over is lost, also of what comes later', () => {
  const fifo = new SampleFifo(1_000, 1_000);
  fifo.push(new Int16Array(100).fill(1));
  fifo.skip(250);
  fifo.push(new Int16Array(200).fill(2));
  expect(fifo.level).toBe(50);
  fifo.clear();
  expect(fifo.pull(new Int16Array(10))).toBe(false);
});

test('two frames that become one fade over: no click', () => {
  const fifo = new SampleFifo(2_000, 50);
  const wave = (n: number) => Math.round(10_000 * Math.sin((2 * Math.PI * n) / 400));
  let n = 0;
  const push = (count: number) => fifo.push(Int16Array.from({ length: count }, () => wave(n++)));
  push(300);
  const heard: number[] = [];
  for (let tick = 0; tick < 120; tick++) {
    push(100);
    const frame = new Int16Array(100);
    fifo.pull(frame);
    heard.push(...frame);
  }
  expect(fifo.level).toBeLessThan(200);
  // The steepest step of the wave is 157.
  for (let at = 1; at < heard.length; at++) {
    expect(Math.abs((heard[at] ?? 0) - (heard[at - 1] ?? 0))).toBeLessThan(500);
  }
});

test('a source that comes in fits is late less and less often', () => {
  const fifo = new SampleFifo(2_000, 100);
  const late: number[] = [];
  for (let tick = 0; tick < 10 * 60 * 50; tick++) {
    // Nothing for 40 ms and then all of it, once in three seconds.
    const phase = tick % 150;
    if (phase === 100 || phase === 101) fifo.push(new Int16Array(0));
    else fifo.push(new Int16Array(phase === 102 ? 300 : 100));
    if (!fifo.pull(new Int16Array(100))) late.push(tick);
  }
  const inMinute = (minute: number) => late.filter((tick) => Math.floor(tick / 3_000) === minute).length;
  expect(inMinute(9)).toBeLessThan(inMinute(0));
  expect(inMinute(8) + inMinute(9)).toBeLessThanOrEqual(4);
});
