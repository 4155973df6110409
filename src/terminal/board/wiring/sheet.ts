/**
 * Measures of the sheet, mm: A4 lying. From the middle outwards come the pins, their labels, the
 * tracks on which wires go up and down, the labels of wires' ends, the parts.
 *
 * Nothing may lie on something else, so heights are on a lattice of one pin: wires leave pins at its knots, cross
 * the header half way between two pins, and come to parts at a third height that is neither.
 */
export const SHEET = { width: 297, height: 210, margin: 8 } as const;

/** From one pin of the header to the next. */
export const PITCH = 6.7;
/** Height of pin 1. */
export const TOP = 31;
/** Where a wire from a pin of a side crosses the header, below its pin: two pins of one row may cross each other. */
export const CROSSING = { left: 2.3, right: 3.3 } as const;
/** Where terminals of parts are, below a knot. */
export const TERMINAL = 4.7;

/** Distances from the middle of the sheet. */
export const FROM_MIDDLE = { pin: 5, labels: 8, tracks: 40, ends: 64.5, parts: 87, edge: 140.5 } as const;

/** Free between one part and the next. */
export const GAP = 2.2;

/** Notes in the box of a part: baseline of the first below its top, and from one to the next. */
export const NOTES = { first: 8.4, line: 3.3 } as const;

/** Where the box at the foot is, unless the drawing is longer, and its height. */
export const FOOT = { top: 180, height: 22 } as const;

/** Of the header, and of the sheet. */
export type Side = 'left' | 'right';

/** The x that is `distance` from the middle. */
export const xOf = (side: Side, distance: number): number => SHEET.width / 2 + (side === 'left' ? -distance : distance);
