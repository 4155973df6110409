/** The 16-bit sample that a code of G.711 mu-law stands for (ITU-T G.711, table 2). */
export function fromMulaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7);
  return (bits & 0x80) === 0 ? magnitude - 0x84 : 0x84 - magnitude;
}

/** The code of G.711 mu-law that is nearest to a 16-bit sample; what is louder than the law knows is its loudest. */
export function toMulaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), 32_635) + 0x84;
  const segment = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}
