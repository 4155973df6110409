import type { Places } from './place.ts';
import { CROSSING, FROM_MIDDLE, type Side, xOf } from './sheet.ts';
import type { Wire } from './wire.ts';

/** A point of the sheet, mm. */
export type Point = readonly [x: number, y: number];

/** The way of a wire, from its pin to its part: level and upright pieces, and one slope where it crosses the header. */
export interface Route {
  readonly wire: Wire;
  readonly side: Side;
  readonly points: readonly Point[];
  /** From one track to the next, mm: a wire must be thinner. */
  readonly pitch: number;
}

interface Way {
  readonly wire: Wire;
  readonly side: Side;
  readonly from: Side;
  /** Height at which it comes out beside the header, and at which it ends. */
  readonly out: number;
  readonly end: number;
}

/** Finds the way of every wire: each has an upright track of its own, so wires cross but never run on each other. */
export function route({ sockets, devices }: Places): readonly Route[] {
  const ways = devices.flatMap(({ side, wires }) =>
    wires.flatMap(({ wire, y }): Way[] => {
      const socket = sockets.get(wire);
      if (!socket) return [];
      const crosses = socket.side !== side;
      return [{ wire, side, from: socket.side, out: socket.y + (crosses ? CROSSING[socket.side] : 0), end: y }];
    }),
  );
  return (['left', 'right'] as const).flatMap((side) => routeSide(ways.filter((way) => way.side === side)));
}

function routeSide(ways: readonly Way[]): readonly Route[] {
  const pitch = (FROM_MIDDLE.ends - FROM_MIDDLE.tracks) / (ways.length + 1);
  return inner(ways).map((way, index) => {
    const track = FROM_MIDDLE.tracks + (index + 1) * pitch;
    return { wire: way.wire, side: way.side, points: pointsOf(way, track), pitch };
  });
}

/**
 * The order of tracks, innermost first, in which wires that keep their order do not cross: of those that go
 * down the lowest is innermost, of those that go up the highest.
 */
function inner(ways: readonly Way[]): readonly Way[] {
  const down = ways.filter(({ out, end }) => end >= out).sort((a, b) => b.out - a.out || b.end - a.end);
  const up = ways.filter(({ out, end }) => end < out).sort((a, b) => a.out - b.out || a.end - b.end);
  return [...down, ...up];
}

function pointsOf({ side, from, out, end }: Way, track: number): readonly Point[] {
  const away = side === from;
  const pin = xOf(from, FROM_MIDDLE.pin);
  // Across the header: out of the pin's inner side, down between two rows of pins, and on.
  const start: readonly Point[] = away
    ? [[pin, out]]
    : [
        [pin, out - CROSSING[from]],
        [xOf(from, FROM_MIDDLE.pin - CROSSING[from]), out],
      ];
  return [...start, [xOf(side, track), out], [xOf(side, track), end], [xOf(side, FROM_MIDDLE.parts), end]];
}
