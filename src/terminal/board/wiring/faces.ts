import type { Side } from './sheet.ts';
import { circle, element, line, rect, text } from './svg.ts';
import type { Wire } from './wire.ts';

type End = { readonly wire: Wire; readonly y: number };
type At = (inward: number) => number;

const THIN = { 'stroke-width': 0.4 };

/** The two ends of a part: that of its signal and the other. */
function ends(wires: readonly End[]): readonly [signal: number, common: number] {
  const [first, second] = wires;
  const signal = wires.find(({ wire }) => wire.terminal.goal.to === 'line') ?? first;
  const common = wires.find((end) => end !== signal) ?? second;
  return [signal?.y ?? 0, common?.y ?? 0];
}

/** A switch between two terminals, as it is while the phone hangs unused. */
export function drawContact(rest: 'open' | 'closed', wires: readonly End[], at: At): string {
  const [signal, common] = ends(wires);
  const tip = rest === 'closed' ? [at(14), signal] : [at(17.5), signal + (common - signal) * 0.2];
  return [
    line(at(0), signal, at(14), signal, THIN),
    line(at(0), common, at(14), common, THIN),
    line(at(14), common, tip[0] ?? 0, tip[1] ?? 0, { 'stroke-width': 0.7 }),
    circle(at(14), signal, 0.7),
    circle(at(14), common, 0.7),
  ].join('');
}

/** A resistor and a light-emitting diode; the triangle points the way that current flows. */
export function drawLamp(wires: readonly End[], at: At): string {
  const [signal, common] = ends(wires);
  const supplied = wires.some(({ wire }) => wire.terminal.goal.to === '3V3' || wire.terminal.goal.to === '5V');
  const [from, to] = supplied ? [common, signal] : [signal, common];
  const [x, middle, way] = [at(17.2), (from + to) / 2, Math.sign(to - from)];
  const corner = (dx: number, dy: number) => `${x + dx},${middle + way * dy}`;
  return [
    line(at(0), signal, x, signal, THIN),
    line(at(0), common, x, common, THIN),
    line(x, signal, x, common, THIN),
    rect(Math.min(at(9), at(14)), signal - 0.9, 5, 1.8, THIN),
    text(Math.min(at(9), at(14)) + 2.5, signal + 3.1, '330 Ω', { size: 2, anchor: 'middle' }),
    element('polygon', { points: [corner(-1.4, -1.2), corner(1.4, -1.2), corner(0, 1.2)].join(' '), fill: '#000' }),
    line(x - 1.4, middle + way * 1.2, x + 1.4, middle + way * 1.2, { 'stroke-width': 0.5 }),
  ].join('');
}

/** The keys as they lie, with the row and the column of each. */
export function drawKeypad(
  keys: readonly (readonly (string | null)[])[],
  wires: readonly End[],
  at: At,
  box: { readonly side: Side; readonly top: number; readonly height: number },
): string {
  const columns = keys[0]?.length ?? 0;
  const size = Math.min(8, 27 / columns, (box.height - 12) / keys.length);
  const left = Math.min(at(22), at(22 + columns * size));
  const top = box.top + 9;
  const names = wires.map(({ wire, y }) =>
    text(at(1.6), y + 0.8, wire.terminal.name, { size: 2.3, anchor: box.side === 'right' ? 'start' : 'end' }),
  );
  const grid = keys.flatMap((row, y) =>
    row.map((key, x) => {
      const cell = rect(left + x * size + 0.4, top + y * size + 0.4, size - 0.8, size - 0.8, { rx: 0.8 });
      const middle = { size: size * 0.5, anchor: 'middle', bold: true } as const;
      return key === null ? '' : cell + text(left + (x + 0.5) * size, top + (y + 0.68) * size, key, middle);
    }),
  );
  const small = { size: 2.1, anchor: 'middle' } as const;
  return [
    ...names,
    ...grid,
    ...Array.from({ length: columns }, (_, x) => text(left + (x + 0.5) * size, top - 0.8, `c${x + 1}`, small)),
    ...keys.map((_, y) => text(left - 2, top + (y + 0.6) * size, `r${y + 1}`, small)),
  ].join('');
}
