/**
 * A number from 0 up to 1 that depends on nothing but `seed`, `index` and `use`: asked again, in any order, it is the same.
 * Two rounds of the finishing steps of MurmurHash3.
 */
export function uniform(seed: number, index: number, use: number): number {
  const stirred = mix(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(use + 1, 0x85ebca77));
  return mix(stirred ^ Math.imul(index + 1, 0xc2b2ae3d)) / 2 ** 32;
}

function mix(value: number): number {
  let x = value >>> 0;
  for (let round = 0; round < 2; round++) {
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x = (x ^ (x >>> 16)) >>> 0;
  }
  return x;
}
