import { describe, expect, it } from 'vitest';
import { picture } from '../../../src/cli/desk/picture.ts';
import type { Seen } from '../../../src/cli/desk/seen.ts';
import { plain } from '../../../src/cli/print.ts';

const SEEN: Seen = {
  hook: 'off',
  phase: 'pin',
  keyed: '•••',
  heard: ['Welcome. For English, press, one.', 'Enter your PIN.'],
  lines: 2,
  lockdown: 'open',
  registration: 'registered',
  faults: [],
};
const FRAME = { title: 'Terminal B-1 of pine-river on a desk', lamps: new Map([['line', 'on'] as const]), log: null };

describe('the window of a phone on a desk', () => {
  it('shows phase, dots, lamps, what was heard, and which keys do what', () => {
    const lines = picture(SEEN, FRAME, 80).map(plain);
    expect(lines).toEqual(
      expect.arrayContaining([
        'handset   lifted',
        'phase     pin',
        'keyed     •••',
        'lamps     line on, fault off',
        'orders    open',
        '  Enter your PIN.',
      ]),
    );
    expect(lines.at(-1)).toMatch(/^space lifts and hangs up/);
  });

  it('has no line longer than the screen is wide', () => {
    for (const columns of [30, 40, 80])
      for (const line of picture(SEEN, FRAME, columns).map(plain)) expect(line.length).toBeLessThanOrEqual(columns);
  });
});
