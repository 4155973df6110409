// Makes elements of SVG as text; lengths are millimetres.

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text for an element or an attribute. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Rounded to hundredths, so that a drawing is the same on every machine. */
const number = (value: number) => String(Math.round(value * 100) / 100);

/** An element; attributes that are undefined are left out. `content` is markup already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? number(value) : escaped(value ?? '')}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

interface TextStyle {
  /** Height of letters' em, mm. */
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly fill?: string;
  readonly mono?: boolean;
}

/** One line of text, its baseline at `y`. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 2.6, anchor, bold, fill, mono } = style;
  const attributes = {
    x,
    y,
    'font-size': size,
    'text-anchor': anchor === 'start' ? undefined : anchor,
    'font-weight': bold ? 'bold' : undefined,
    'font-family': mono ? 'DejaVu Sans Mono, Consolas, monospace' : undefined,
    fill,
  };
  return element('text', attributes, escaped(content));
}

/** A straight line. */
export const line = (x1: number, y1: number, x2: number, y2: number, style: Attributes = {}): string =>
  element('line', { x1, y1, x2, y2, stroke: '#000', 'stroke-width': 0.35, ...style });

/** A box; `rx` in its style rounds the corners. */
export const rect = (x: number, y: number, width: number, height: number, style: Attributes = {}): string =>
  element('rect', { x, y, width, height, fill: '#fff', stroke: '#000', 'stroke-width': 0.35, ...style });

/** A circle. */
export const circle = (cx: number, cy: number, r: number, style: Attributes = {}): string =>
  element('circle', { cx, cy, r, fill: '#fff', stroke: '#000', 'stroke-width': 0.35, ...style });
