import type { Random } from '../terminal/call/random.ts';

const KINDS = [
  'line lost',
  'line twice',
  'lines swapped',
  'byte changed',
  'cut off',
  'Content-Length',
  'lost',
  'repeated',
  'late',
  'out of order',
  'unheard',
  'none',
] as const;

/** What is wrong in a call: one thing, in one message. */
export interface Fault {
  readonly kind: (typeof KINDS)[number];
  /** Which message of the far end, or, where it is `unheard`, of the terminal. */
  readonly at: number;
  /** Each time that it is said, not the first time alone. */
  readonly always: boolean;
}

/** A fault of chance. */
export function faultOf(random: Random): Fault {
  return { kind: random.pick(KINDS), at: random.below(8), always: random.one(2) };
}

/** A message with one thing wrong in it. */
export function broken(text: string, kind: Fault['kind'], random: Random): string {
  const lines = text.split('\r\n');
  const one = random.below(lines.length);
  const other = random.below(lines.length);
  const place = random.below(text.length);
  switch (kind) {
    case 'line lost':
      return lines.filter((_, at) => at !== one).join('\r\n');
    case 'line twice':
      return lines.flatMap((line, at) => (at === one ? [line, line] : [line])).join('\r\n');
    case 'lines swapped':
      return lines.map((line, at) => (at === one ? lines[other] : at === other ? lines[one] : line)).join('\r\n');
    case 'byte changed':
      return text.slice(0, place) + String.fromCharCode(random.below(256)) + text.slice(place + 1);
    case 'cut off':
      return text.slice(0, place);
    case 'Content-Length':
      return text.replace(
        /^(Content-Length: )(\d+)/m,
        (_, name: string, n: string) => name + random.pick([Number(n) + 1, Number(n) - 1, 0, 99_999, '1e3', '']),
      );
    default:
      return text;
  }
}

/**
 * Whether it can still be told what a message is: a response by its status and our Via, a BYE by what names its dialog. Then it must
 * do what it is for, whatever else is wrong with it.
 */
export function isTold(text: string, whole: string): boolean {
  const [start = '', ...lines] = text.split('\r\n');
  const [meant = '', ...all] = whole.split('\r\n');
  if (start !== meant) return false;
  const names = start.startsWith('SIP/2.0') ? ['via'] : ['from', 'to', 'call-id'];
  return names.every((name) => {
    const first = (of: readonly string[]) => of.findIndex((line) => line.toLowerCase().startsWith(`${name}:`));
    const at = first(lines);
    const end = lines.indexOf('');
    // What follows must not continue it.
    return at >= 0 && lines[at] === all[first(all)] && !/^[ \t]/.test(lines[at + 1] ?? '') && (end < 0 || at < end);
  });
}
