import { z } from 'zod';
import { Permit, type Reach } from '../../protocol/key-set.ts';

const REACH = /^(orders|commands)(?::(facility|unit|terminal)(?:\/(.+))?)?$/;

/**
 * Permits as people write them, with commas: `orders`, `commands` (over the facility), `orders:unit/A`, `commands:terminal/A-1`, `hotlines`;
 * `unit:A` and `terminal:A-1` are orders and commands over these.
 */
export const Permits = z.string().transform((text, context): Permit[] => {
  const permits = text.split(',').flatMap((word) => permitsOf(word.trim()));
  const parsed = z.array(Permit).min(1).safeParse(permits);
  if (parsed.success) return parsed.data;
  context.addIssue({
    code: 'custom',
    message: `${text}: what it may is wanted, as all, orders, commands, hotlines, unit:A, terminal:A-1, orders:unit/A or commands:terminal/A-1`,
  });
  return z.NEVER;
});

function permitsOf(word: string): unknown[] {
  if (word === 'all') return ['orders', 'commands', 'hotlines'].flatMap(permitsOf);
  if (word === 'hotlines') return [{ to: 'hotlines' }];
  const [, kind, name] = /^(unit|terminal):(.+)$/.exec(word) ?? [];
  if (kind) return ['orders', 'commands'].map((to) => ({ to, over: { kind, [kind]: name } }));
  const [, to, over = 'facility', which] = REACH.exec(word) ?? [];
  return to ? [{ to, over: over === 'facility' ? { kind: over } : { kind: over, [over]: which } }] : [null];
}

/** What a key may, in words. */
export const permitsInWords = (may: readonly Permit[]): string =>
  may.length === 0
    ? 'nothing'
    : may
        .map((permit) => (permit.to === 'hotlines' ? 'hotlines' : `${permit.to} over ${reachInWords(permit.over)}`))
        .join(', ');

function reachInWords(over: Reach): string {
  switch (over.kind) {
    case 'facility':
      return 'the whole facility';
    case 'unit':
      return `unit ${over.unit}`;
    case 'terminal':
      return `phone ${over.terminal}`;
  }
}
