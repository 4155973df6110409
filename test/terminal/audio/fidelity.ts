/** What a sine of known frequency has become: its level (dBFS), and all that is not it, dB below it (THD+N). */
export function fidelity(samples: ArrayLike<number>, hz: number, rate: number): { level: number; rest: number } {
  // The best fit of a sine and its cosine.
  const w = (2 * Math.PI * hz) / rate;
  let [cc, ss, cs, xc, xs, xx] = [0, 0, 0, 0, 0, 0];
  for (let n = 0; n < samples.length; n++) {
    const x = (samples[n] ?? 0) / 32_768;
    const [c, s] = [Math.cos(w * n), Math.sin(w * n)];
    cc += c * c;
    ss += s * s;
    cs += c * s;
    xc += x * c;
    xs += x * s;
    xx += x * x;
  }
  const det = cc * ss - cs * cs;
  const [a, b] = [(xc * ss - xs * cs) / det, (xs * cc - xc * cs) / det];
  const sine = a * xc + b * xs;
  const decibels = (ratio: number) => 10 * Math.log10(Math.max(1e-14, ratio));
  return { level: decibels((2 * sine) / samples.length), rest: decibels((xx - sine) / sine) };
}
