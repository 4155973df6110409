import { createHash } from 'node:crypto';

/** The length and the SHA-256 of bytes as they go by. */
export function summing() {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    add: (piece: Uint8Array) => {
      hash.update(piece);
      bytes += piece.length;
    },
    /** Once, at the end. */
    sum: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}

/** The same of bytes that are all there. */
export function sumOf(bytes: Uint8Array) {
  const all = summing();
  all.add(bytes);
  return all.sum();
}
