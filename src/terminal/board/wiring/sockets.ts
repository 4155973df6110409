import type { Line } from '../../hardware/wiring.ts';
import { type ComputerFacts, HEADER, pinOfLine } from '../header.ts';
import type { Device, Goal, Socket } from './wire.ts';

const NAMES = { ground: 'ground', '3V3': '3.3 V', '5V': '5 V', usb: 'USB' } as const;

/** How many pins further away a pin may be before one across the header, or one that is shared, is better. */
const ACROSS = 12;
const SHARED = 1_000;

/** Gives the ends of wires their places on the computer. */
export class Sockets {
  readonly #header: boolean;
  readonly #printed: ComputerFacts['printed'];
  /** Pins of supply and ground that have a wire. */
  readonly #taken = new Set<number>();
  /** The last pin of each part's lines. */
  readonly #near = new Map<Device, number>();

  constructor(computer: ComputerFacts | null) {
    this.#header = computer?.header ?? false;
    this.#printed = computer?.printed;
  }

  give(device: Device, goal: Goal): Socket {
    switch (goal.to) {
      case 'usb':
        return { pin: null, name: NAMES.usb, tag: 'cable' };
      case 'line':
        return this.#printed ? printedAs(this.#printed(goal.line)) : this.#line(device, goal.line);
      case 'uart':
        return {
          ...this.#line(device, { chip: '', offset: goal.bcm }),
          name: `GPIO${goal.bcm} ${goal.bcm === 14 ? 'TXD' : 'RXD'}`,
        };
      case 'ground':
      case '3V3':
      case '5V':
        return this.#supply(device, goal.to);
    }
  }

  /** The last pin that a part was given; 1 before any. */
  near(device: Device): number {
    return this.#near.get(device) ?? 1;
  }

  #line(device: Device, { chip, offset: bcm }: Line): Socket {
    const pin = this.#header ? pinOfLine(bcm)?.pin : undefined;
    if (pin === undefined) return { pin: null, name: `${chip}/${bcm}`, tag: `line ${bcm}` };
    this.#near.set(device, pin);
    return { pin, name: `GPIO${bcm}`, tag: `pin ${pin}` };
  }

  /** The nearest pin of the kind that is free, on the same side of the header if there is one; else the nearest. */
  #supply(device: Device, kind: 'ground' | '3V3' | '5V'): Socket {
    if (!this.#header) return { pin: null, name: NAMES[kind], tag: NAMES[kind] };
    const own = this.near(device);
    const far = (pin: number) =>
      (this.#taken.has(pin) ? SHARED : 0) + ((pin - own) % 2 === 0 ? 0 : ACROSS) + Math.abs(pin - own);
    const [best] = HEADER.filter((each) => each.kind === kind).sort((a, b) => far(a.pin) - far(b.pin));
    if (best) this.#taken.add(best.pin);
    return { pin: best?.pin ?? null, name: NAMES[kind], tag: `pin ${best?.pin}` };
  }
}

const printedAs = (pin: string): Socket => ({ pin: null, name: `pin ${pin}`, tag: `pin ${pin}` });
