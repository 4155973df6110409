import type { Key } from '../../protocol/units.ts';
import type { Hardware, Led } from './port.ts';
import { Told } from './told.ts';

/** A phone without wires: what a hand does to a real one are its methods. */
export interface SimulatedHardware extends Hardware {
  lift(): void;
  hangUp(): void;
  /** Down and up again. */
  press(key: Key): void;
  volume(direction: 'up' | 'down'): void;
  /** The board's cable comes off: a fault, and nothing is told until `plug`. The handset can still be moved. */
  unplug(): void;
  plug(): void;
  /** What the lamps show. */
  readonly lamps: ReadonlyMap<Led, 'on' | 'off' | 'blink'>;
}

/** A simulated phone, handset down. Events are told as the methods are called. */
export function openSimulated(): SimulatedHardware {
  const told = new Told();
  const lamps = new Map<Led, 'on' | 'off' | 'blink'>();
  let hook: 'on' | 'off' = 'on';
  let plugged = true;

  const move = (to: 'on' | 'off') => {
    if (hook === to) return;
    hook = to;
    if (plugged) told.tell({ type: 'hook', hook });
  };
  const plug = () => {
    plugged = true;
    told.tell({ type: 'board', state: 'ok', detail: 'simulated' });
    told.tell({ type: 'hook', hook });
  };
  plug();

  return {
    events: told.events,
    lamps,
    led: (led, state) => lamps.set(led, state),
    lift: () => move('off'),
    hangUp: () => move('on'),
    press: (key) => {
      if (!plugged) return;
      told.tell({ type: 'key', key, edge: 'down' });
      told.tell({ type: 'key', key, edge: 'up' });
    },
    volume: (direction) => {
      if (plugged) told.tell({ type: 'volume', direction });
    },
    unplug: () => {
      if (!plugged) return;
      plugged = false;
      told.tell({ type: 'board', state: 'fault', detail: 'simulated board is unplugged' });
    },
    plug: () => {
      if (!plugged) plug();
    },
    alive: async () => undefined,
    close: async () => told.close(),
  };
}
