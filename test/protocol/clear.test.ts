import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ClearText,
  clearTextAllowed,
  clearTextOf,
  isLoopback,
  refuseClearText,
} from '../../src/protocol/clear.ts';

describe('loopback', () => {
  it.each([
    '127.0.0.1',
    '127.255.3.4',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LocalHost',
    'localhost.',
    'broker.localhost',
    '/run/postgresql',
  ])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    '10.0.0.5',
    '0.0.0.0',
    '::',
    '[::]',
    '128.0.0.1',
    '::2',
    '::ffff:10.0.0.5',
    'fe80::1%lo',
    // Names are what they are called, whatever they resolve to.
    'broker',
    '127.0.0.1.evil.test',
    '127.1',
    '127.evil.test',
    'localhost.evil.test',
    'notlocalhost',
    '.localhost',
    '',
  ])('is not %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

const way = { at: ['door', 'host'], what: 'keys go to', remedy: 'shut it, or say door.insecure: true' };

it.each([
  [true, '10.0.0.5', undefined, []],
  [false, '127.0.0.1', undefined, []],
  [false, '127.0.0.1', true, []],
  [false, '10.0.0.5', undefined, [false]],
  [false, '10.0.0.5', false, [false]],
  [false, '10.0.0.5', true, [true]],
])(
  'clear text is what is not encrypted (%s) and off loopback (%s); insecure (%s) allows it',
  (encrypted, host, insecure, allowed) => {
    const found = clearTextOf({ ...way, host, encrypted, insecure });
    expect(found.map((clear) => clear.allowed)).toEqual(allowed);
  },
);

const found = (insecure: boolean): ClearText[] => clearTextOf({ ...way, host: '10.0.0.5', encrypted: false, insecure });

it('what is not allowed is refused at its setting, in one line with both remedies', () => {
  const schema = z.strictObject({ insecure: z.boolean() }).superRefine(refuseClearText((door) => found(door.insecure)));
  expect(schema.safeParse({ insecure: true }).success).toBe(true);
  expect(schema.safeParse({ insecure: false }).error?.issues).toMatchObject([
    {
      path: ['door', 'host'],
      message:
        'keys go to 10.0.0.5 in clear text, for anybody on the way to read and change: shut it, or say door.insecure: true',
    },
  ]);
});

it('what is allowed is told of', () => {
  expect(clearTextAllowed([...found(true), ...found(false)])).toEqual([
    'door.host: keys go to 10.0.0.5 in clear text, for anybody on the way to read and change, as insecure: true allows',
  ]);
});
