import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Line } from '../../../src/terminal/loop/line.ts';

describe('the line', () => {
  let done: string[];
  let line: Line;
  const number = '+12025550123';

  beforeEach(() => {
    vi.useFakeTimers();
    done = [];
    line = new Line({
      dial: (call) => done.push(`dial ${call}`),
      hangUp: (call) => done.push(`hang up ${call}`),
    });
  });
  afterEach(() => vi.useRealTimers());

  it('of an ordinary call is hung up at once', () => {
    line.dial('a', number, { privileged: false });
    line.hangUp('a');
    expect(done).toEqual(['dial a', 'hang up a']);
  });

  it('of a tip line is hung up once, when what staff see is out', () => {
    line.dial('a', number, { privileged: false, hidden: true });
    line.hangUp('a');
    line.hangUp('a');
    expect(done).toEqual(['dial a']);
    vi.runAllTimers();
    expect(done).toEqual(['dial a', 'hang up a']);
    line.close();
    expect(done).toHaveLength(2);
  });

  it('is free before the next call is dialled, and when the phone stops', () => {
    line.dial('a', number, { privileged: false, hidden: true });
    line.hangUp('a');
    line.dial('b', number, { privileged: false, hidden: true });
    expect(done).toEqual(['dial a', 'hang up a', 'dial b']);
    line.hangUp('b');
    line.close();
    expect(done.at(-1)).toBe('hang up b');
    expect(vi.getTimerCount()).toBe(0);
  });
});
