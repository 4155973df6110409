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
