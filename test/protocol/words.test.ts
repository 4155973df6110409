import { expect, it } from 'vitest';
import { z } from 'zod';
import { PlatformConfig } from '../../src/platform/config.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { inWords } from '../../src/protocol/words.ts';
import { BoardFile } from '../../src/terminal/board/file.ts';
import { TerminalConfig } from '../../src/terminal/config.ts';

const ZOD = /invalid|expected|received|too (small|big)|unrecognized/i;

const told = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value, { error: inWords }).error?.issues ?? []).map(({ message }) => message);

it('every kind of wrong value is told in our own words, and the value is not repeated', () => {
  const schema = z.strictObject({
    name: z.string().min(3).max(5),
    port: z.int().min(1).max(9),
    list: z.array(z.string()).min(1),
    kind: z.enum(['a', 'b']),
    id: z.uuid(),
    form: z.string().regex(/^x$/),
    either: z.union([z.strictObject({ a: z.string() }), z.number()]),
  });
  const wrong = [
    { name: 's3', port: 0, list: [], kind: 'c', id: 'secret', form: 'secret', either: 'secret', secret: 1 },
    { name: 'secret', port: 10, list: 'secret', kind: null, id: 5, form: [], either: {} },
    { name: 7, port: 1.5, list: [1] },
    'secret',
    null,
  ];
  const all = wrong.flatMap((value) => told(schema, value));
  for (const line of all) expect(line).not.toMatch(ZOD);
  expect(all.filter((line) => line.includes('secret'))).toEqual([
    'there is no such setting: secret; check its spelling or remove it',
  ]);
  expect(told(schema.pick({ port: true }), { port: 'x' })).toEqual(['a number is wanted, text stands there']);
  expect(told(schema.pick({ name: true }), {})).toEqual(['text is wanted, nothing stands there']);
});

it.each([
  ['a platform', PlatformConfig],
  ['a terminal', TerminalConfig],
  ['a site', Site],
  ['a board', BoardFile],
] as const)('whatever stands in the file of %s, no word of the library comes out', (_, schema) => {
  const values = [null, [], 'x', 5, {}, { mqtt: 5, sip: [], facility: 'a b', units: [{}], database: { kind: 'x' } }];
  for (const value of values) for (const line of told(schema, value)) expect(line).not.toMatch(ZOD);
});
