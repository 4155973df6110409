import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Instant } from '../../../src/protocol/units.ts';
import { dueAt, type Known, wanted } from '../../../src/terminal/renewal/due.ts';

const DAY = 86_400_000;
const from = Date.UTC(2026, 0, 1) as Instant;
const life = { from, until: (from + 90 * DAY) as Instant };
const kid = (n: number) => createHash('sha256').update(String(n)).digest('base64url');
const day = (n: number) => (from + n * DAY) as Instant;
const known = (more: Partial<Known>): Known => ({ own: day(1), platform: null, link: 'up', ...more });

test('20,000 phones of one day come over a week, none before two thirds of its life', () => {
  const hours = new Map<number, number>();
  for (let n = 0; n < 20_000; n += 1) {
    const due = dueAt(life, kid(n));
    expect(due).toBeGreaterThanOrEqual(day(60));
    expect(due).toBeLessThanOrEqual(day(67.5));
    const hour = Math.floor(due / 3_600_000);
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  // 111 an hour where they are spread evenly.
  expect(Math.max(...hours.values())).toBeLessThan(200);
  expect(dueAt(life, kid(7))).toBe(dueAt(life, kid(7)));
});

test.each<[string, Partial<Known>, ReturnType<typeof wanted>]>([
  ['nothing while it is young', {}, null],
  ['the time where it is due by its own clock, which may be wrong', { own: day(70) }, 'time'],
  ['the time where its clock was never set', { own: 0 as Instant }, 'time'],
  ['the time where the link is lost: its clock may be behind', { link: 'lost' }, 'time'],
  ['a certificate where it is due by the clock of the platform', { platform: day(70) }, 'certificate'],
  ['nothing where its own clock alone is ahead', { own: day(4_000), platform: day(2) }, null],
  ['nothing where its own clock alone is behind', { own: 0 as Instant, platform: day(2) }, null],
  ['nothing where the link is lost and it is good', { link: 'lost', platform: day(2) }, null],
  ['a certificate where the broker does not take this one', { link: 'refused' }, 'certificate'],
])('asks for %s', (_, more, asked) => {
  expect(wanted(life, kid(0), known(more))).toBe(asked);
});
