import type { Route } from './route.ts';
import { FROM_MIDDLE, xOf } from './sheet.ts';
import { circle, element, escaped, text } from './svg.ts';

const number = (value: number) => String(Math.round(value * 100) / 100);

/** Thick enough to tell colours, thin enough for its track. */
const widthOf = ({ wire, pitch }: Route) => (wire.terminal.goal.to === 'usb' ? 1.5 : 0.95) * Math.min(1, pitch / 2);

function path({ points }: Route, stroke: string, width: number, dash?: string): string {
  const d = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${number(x)} ${number(y)}`).join('');
  const style = { fill: 'none', stroke, 'stroke-width': width, 'stroke-linejoin': 'round', 'stroke-dasharray': dash };
  return element('path', { d, ...style });
}

/**
 * The wires of one socket: white edges, which show where they cross one that was drawn before that they are not
 * joined to it, dark edges, so that white and yellow wires are seen on paper, and then each wire.
 */
export function drawWires(routes: readonly Route[]): string {
  return [
    ...routes.map((route) => path(route, '#fff', widthOf(route) + Math.min(1.1, route.pitch / 2))),
    ...routes.map((route) => path(route, '#000', widthOf(route) + 0.35)),
    ...routes.map(drawWire),
  ].join('\n');
}

function drawWire(route: Route): string {
  const { wire } = route;
  const { goal } = wire.terminal;
  const { fill, stripe, name } = wire.colour;
  const about = {
    class: 'wire',
    'data-line': goal.to === 'line' ? `${goal.line.chip}/${goal.line.offset}` : undefined,
    'data-pin': wire.socket.pin ?? undefined,
    'data-what': wire.what,
  };
  const title = element('title', {}, escaped(`${wire.what}: ${wire.socket.tag}, ${wire.socket.name}, ${name}`));
  const stripes = stripe === null ? '' : path(route, stripe, 0.4, '1.6 1.6');
  return element('g', about, title + path(route, fill, widthOf(route)) + stripes);
}

/** What is written at the part's end of a wire, and the dot where it leaves a wire to the same pin. */
export function drawEnd({ wire, side, points }: Route, joined: boolean): string {
  const [x = 0, y = 0] = points.at(-1) ?? [];
  const [turnX = 0, turnY = 0] = points.at(-3) ?? [];
  const tag = wire.terminal.goal.to === 'usb' ? 'USB cable' : `${wire.socket.tag} ${wire.colour.name}`;
  const at = xOf(side, FROM_MIDDLE.parts - 1.5);
  const label = text(at, y - 0.95, tag, { size: 2.2, anchor: side === 'left' ? 'start' : 'end' });
  return label + circle(x, y, 0.8, { fill: '#000' }) + (joined ? circle(turnX, turnY, 0.9, { fill: '#000' }) : '');
}
