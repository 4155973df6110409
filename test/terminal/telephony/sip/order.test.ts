import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from '../../../../src/terminal/telephony/sip/trunk/order.ts';

const ranked = fc.record({ priority: fc.nat(3), weight: fc.nat(5) });
const random = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

test('the order holds everybody once, by priority', () => {
  fc.assert(
    fc.property(fc.array(ranked, { maxLength: 8 }), random, (all, drawn) => {
      const order = inOrder(all, () => drawn.next().value ?? 0);
      expect(new Set(order)).toEqual(new Set(all));
      expect(order).toHaveLength(all.length);
      const priorities = order.map(({ priority }) => priority);
      expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
    }),
  );
});

test('equals share by weight', () => {
  const [one, nine] = [
    { priority: 0, weight: 1_000 },
    { priority: 0, weight: 9_000 },
  ];
  const first = Array.from({ length: 1_000 }, (_, i) => inOrder([one, nine], () => i / 1_000)[0]);
  expect(first.filter((it) => it === nine)).toHaveLength(899);
});
