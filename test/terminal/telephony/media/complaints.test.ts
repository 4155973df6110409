import { expect, test } from 'vitest';
import { Complaints } from '../../../../src/terminal/telephony/media/complaints.ts';
import { Source } from '../../../../src/terminal/telephony/media/source.ts';

test('a kind is told once in ten seconds, with how many more there were', () => {
  const told: string[] = [];
  const complaints = new Complaints((detail) => told.push(detail));
  for (let at = 0; at < 25_000; at += 1_000) complaints.complain('rtp', `bad at ${at}`, at);
  complaints.complain('other', 'other', 25_000);
  expect(told).toEqual([
    'bad at 0',
    'bad at 10000 (and 9 more of the kind)',
    'bad at 20000 (and 9 more of the kind)',
    'other',
  ]);
});

test('a far end is known by its address however that is written', () => {
  expect(new Source({ address: '2001:DB8:0:0::1', port: 4_000 }).accepts({ address: '2001:db8::1', port: 4_000 })).toBe(
    true,
  );
  expect(new Source({ address: '192.0.2.1', port: 4_000 }).accepts({ address: '::ffff:192.0.2.1', port: 4_000 })).toBe(
    true,
  );
  expect(new Source({ address: '192.0.2.1', port: 4_000 }).accepts({ address: '192.0.2.2', port: 4_000 })).toBe(false);
  expect(new Source({ address: 'fe80::1', port: 4_000 }).accepts({ address: 'fe80::1%eth0', port: 4_000 })).toBe(true);
});
