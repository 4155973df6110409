import type { Random } from '../terminal/call/random.ts';

/** Bytes that are often at an edge. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x20];

/** Changes bytes here and there, cuts off, doubles or leaves out a part: knows nothing of what they mean. */
export function mutateBytes(data: Buffer, random: Random): Buffer {
  let out = Buffer.from(data);
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(out.length + 1);
    const length = random.below(random.one(4) ? 64 : 5);
    const part = out.subarray(at, at + length);
    switch (random.below(6)) {
      case 0:
        if (at < out.length) out[at] = (out[at] as number) ^ (1 << random.below(8));
        break;
      case 1:
        if (at < out.length) out[at] = random.pick(EDGES);
        break;
      case 2:
        out = out.subarray(0, at);
        break;
      case 3:
        out = Buffer.concat([out.subarray(0, at), part, out.subarray(at)]);
        break;
      case 4:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)]);
        break;
      default:
        out = Buffer.concat([out.subarray(0, at), Buffer.alloc(length, random.pick(EDGES)), out.subarray(at)]);
    }
  }
  return out;
}
