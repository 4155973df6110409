/** The insulation of a wire: its name as cable is sold, how it is drawn, and the thin stripe of a two-coloured one. */
export interface Colour {
  readonly name: string;
  readonly fill: string;
  readonly stripe: string | null;
}

const SOLID: readonly (readonly [name: string, fill: string])[] = [
  ['brown', '#8a5a2b'],
  ['orange', '#f08a1d'],
  ['yellow', '#f7d716'],
  ['green', '#3a9a3f'],
  ['blue', '#2f6fd0'],
  ['violet', '#8e4bb8'],
  ['grey', '#a0a0a0'],
  ['white', '#ffffff'],
  ['pink', '#f5a3c0'],
  ['cyan', '#2fb8b0'],
];

const STRIPES = [null, ['black', '#000000'], ['white', '#ffffff']] as const;

/** Ground. */
export const BLACK: Colour = { name: 'black', fill: '#222222', stripe: null };
/** Supply. */
export const RED: Colour = { name: 'red', fill: '#d5232b', stripe: null };

/** A ready-made cable that nobody takes apart. */
export const CABLE: Colour = { name: 'cable', fill: '#d9d9d9', stripe: null };

/** The colours of signal wires, no two alike: first ten plain ones, then the same with a stripe. Black is ground and red is supply, so neither is among them. */
export const SIGNALS: readonly Colour[] = STRIPES.flatMap((stripe) =>
  SOLID.filter(([name]) => name !== stripe?.[0]).map(([name, fill]) => ({
    name: stripe ? `${name}/${stripe[0]}` : name,
    fill,
    stripe: stripe?.[1] ?? null,
  })),
);
