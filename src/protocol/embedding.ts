/** Packs what a model made for the wire. */
export function packed(values: Float32Array): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, n) => {
    bytes.writeFloatLE(value, 4 * n);
  });
  return bytes.toString('base64');
}

/** The values of an embedding. */
export function unpacked(values: string): Float64Array {
  const bytes = Buffer.from(values, 'base64');
  return Float64Array.from({ length: bytes.length >> 2 }, (_, n) => bytes.readFloatLE(4 * n));
}
