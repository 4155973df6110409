import { describe, expect, it } from 'vitest';
import type { HardwareEvent } from '../../../src/terminal/hardware/port.ts';
import { openSimulated } from '../../../src/terminal/hardware/simulated.ts';

describe('simulated hardware', () => {
  it('tells how it stands to whoever comes, then what a hand does', async () => {
    const phone = openSimulated();
    phone.lift();
    const events: HardwareEvent[] = [];
    phone.events.subscribe((event) => events.push(event));
    phone.press('#');
    phone.volume('down');
    phone.hangUp();
    phone.hangUp();
    expect(events).toEqual([
      { type: 'board', state: 'ok', detail: 'simulated' },
      { type: 'hook', hook: 'off' },
      { type: 'key', key: '#', edge: 'down' },
      { type: 'key', key: '#', edge: 'up' },
      { type: 'volume', direction: 'down' },
      { type: 'hook', hook: 'on' },
    ]);
    phone.led('line', 'blink');
    expect(phone.lamps.get('line')).toBe('blink');
    await phone.close();
  });

  it('is silent while unplugged and tells the hook anew afterwards', () => {
    const phone = openSimulated();
    const events: HardwareEvent[] = [];
    phone.events.subscribe((event) => events.push(event));
    events.length = 0;
    phone.unplug();
    phone.lift();
    phone.press('1');
    const late: HardwareEvent[] = [];
    phone.events.subscribe((event) => late.push(event));
    expect(late.map((event) => event.type)).toEqual(['board']);
    phone.plug();
    expect(events.map((event) => event.type)).toEqual(['board', 'board', 'hook']);
    expect(events.at(-1)).toEqual({ type: 'hook', hook: 'off' });
  });
});
