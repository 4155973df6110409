/** A sound as loud and as full of overtones as a voice, which no codec or detector passes over as silence: 16-bit samples. */
export function voiced(seconds: number, rate: number): Int16Array {
  const base = (2 * Math.PI * 140) / rate;
  return Int16Array.from({ length: seconds * rate }, (_, n) => {
    const syllable = 0.6 + 0.4 * Math.sin((2 * Math.PI * 3 * n) / rate);
    let sum = 0;
    for (let k = 1; k <= 12; k++) sum += Math.sin(k * base * n + k * k) / k;
    return Math.round(5_000 * syllable * sum);
  });
}
