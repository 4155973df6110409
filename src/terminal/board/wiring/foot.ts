import { BLACK, RED, SIGNALS } from './colours.ts';
import { FOOT, SHEET } from './sheet.ts';
import { circle, line, rect, text } from './svg.ts';
import type { Netlist } from './wire.ts';

const LINE = 3.5;
const STYLE = { size: 2.4 } as const;

/** What the signs mean, and what must stand in config.txt (null where there is none). `top` is the height of the box on the sheet. */
export function drawFoot({ devices, wires }: Netlist, config: readonly string[] | null, top: number): string {
  const { margin, width } = SHEET;
  const middle = width * 0.52;
  return [
    rect(margin, top, width - 2 * margin, FOOT.height, { rx: 1 }),
    line(middle, top, middle, top + FOOT.height),
    text(margin + 3, top + 4.2, 'Signs', { size: 2.8, bold: true }),
    ...legend(
      devices.some(({ face }) => face.kind === 'lamp'),
      top,
    ),
    text(middle + 3, top + 4.2, title(config), { size: 2.8, bold: true }),
    ...(config ?? []).map((each, n) => text(middle + 3, top + 8.6 + n * LINE, each, { ...STYLE, mono: true })),
    text(
      width - margin - 2,
      top + FOOT.height - 1.6,
      `${wires.length} ${wires.length === 1 ? 'cable' : 'wires and cables'}`,
      { ...STYLE, anchor: 'end' },
    ),
  ].join('\n');
}

function title(config: readonly string[] | null): string {
  if (config === null) return 'Settings of this computer: none are known';
  return config.length > 0 ? 'Add to /boot/firmware/config.txt, then restart' : 'config.txt needs no lines';
}

function legend(lamps: boolean, top: number): readonly string[] {
  const x = SHEET.margin + 3;
  const y = (n: number) => top + 8.6 + n * LINE;
  const wire = (n: number, from: number, fill: string) => [
    line(x + from, y(n) - 0.8, x + from + 3.4, y(n) - 0.8, { 'stroke-width': 1.3 }),
    line(x + from, y(n) - 0.8, x + from + 3.4, y(n) - 0.8, { 'stroke-width': 0.95, stroke: fill }),
  ];
  return [
    ...wire(0, 0, SIGNALS[0]?.fill ?? ''),
    ...wire(0, 3.8, SIGNALS[2]?.fill ?? ''),
    text(x + 9, y(0), 'a wire: its pin and its colour are written where it comes to its part', STYLE),
    ...wire(1, 0, BLACK.fill),
    ...wire(1, 3.8, RED.fill),
    text(x + 9, y(1), 'black is ground, red is supply; other colours may be any, if each is another', STYLE),
    circle(x + 3.6, y(2) - 0.8, 0.9, { fill: '#000' }),
    text(x + 9, y(2), 'joined; wires that cross without a dot are not', STYLE),
    ...(lamps
      ? [rect(x + 1.1, y(3) - 1.8, 5, 1.8), text(x + 9, y(3), 'resistor, 1/4 W, before each lamp', STYLE)]
      : []),
  ];
}
