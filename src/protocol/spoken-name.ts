import { z } from 'zod';
import { Hidden } from './hidden.ts';

/** Bytes of the longest name: 2.5 s. */
export const LONGEST_NAME = 20_000;

/** How a caller says his name: G.711 mu-law, 8 kHz, as base64. */
export const NameSound = z.base64().max(4 * Math.ceil(LONGEST_NAME / 3));

/** How a caller says his name, as `NameSound`, for those whom he calls: revealed for sealing it, for keeping it encrypted and for playing it. */
export class SpokenName extends Hidden<'name', string> {
  constructor(sound: string) {
    super('name', sound);
  }
}
