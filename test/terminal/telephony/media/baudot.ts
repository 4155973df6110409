/** Text telephones of North America (TIA-825-A): 45.45 baud, mark 1400 Hz, space 1800 Hz, five bits between a start and a stop bit. */
const BAUD = 45.45;
const [MARK, SPACE] = [1_400, 1_800];
const RATE = 16_000;
/** Samples of a bit. */
const BIT = RATE / BAUD;
/** Mark before the first character and after the last, bits: at least 150 ms. */
const HOLD = 8;

/** The sound of five-bit codes, 16 kHz, `level` dBFS, with a tone held before and after. */
export function modulate(codes: readonly number[], level = -13): Int16Array {
  const bits: [tone: number, length: number][] = [[MARK, HOLD]];
  for (const code of codes) {
    bits.push([SPACE, 1]);
    for (let bit = 0; bit < 5; bit++) bits.push([(code >> bit) & 1 ? MARK : SPACE, 1]);
    bits.push([MARK, 1.5]);
  }
  bits.push([MARK, HOLD]);
  const length = Math.round(bits.reduce((sum, [, long]) => sum + long, 0) * BIT);
  const out = new Int16Array(length);
  const amplitude = 32_767 * 10 ** (level / 20);
  let phase = 0;
  let at = 0;
  let end = 0;
  for (const [tone, long] of bits) {
    end += long * BIT;
    for (; at < Math.min(length, Math.round(end)); at++) {
      phase += (2 * Math.PI * tone) / RATE;
      out[at] = Math.round(amplitude * Math.sin(phase));
    }
  }
  return out;
}

/** The codes in 16 kHz sound, as a telephone with a usual receiver reads them: null for one whose stop bit is not there. */
export function demodulate(sound: Int16Array): (number | null)[] {
  const line = decide(sound);
  const codes: (number | null)[] = [];
  for (let at = 1; at < line.length; at++) {
    // A start bit: from mark to space, and space still in the middle of it.
    if (line[at - 1] !== 1 || line[at] !== -1 || line[Math.round(at + BIT / 2)] !== -1) continue;
    const bit = (n: number) => line[Math.round(at + (n + 1.5) * BIT)];
    let code = 0;
    for (let n = 0; n < 5; n++) if (bit(n) === 1) code |= 1 << n;
    codes.push(bit(5) === 1 ? code : null);
    at += Math.round(6.2 * BIT);
  }
  return codes;
}

/** 1 for mark, -1 for space, 0 for no tone, of each sample: which tone is stronger in the 12 ms around it. */
function decide(sound: Int16Array): Int8Array {
  const half = Math.round(0.006 * RATE);
  const [mark, space] = [energy(sound, MARK, half), energy(sound, SPACE, half)];
  const floor = (2 * half * 300) ** 2;
  return Int8Array.from(sound, (_, n) => {
    const [m, s] = [mark[n] as number, space[n] as number];
    return Math.max(m, s) < floor ? 0 : m > s ? 1 : -1;
  });
}

function energy(sound: Int16Array, hz: number, half: number): Float64Array {
  const sums = (part: (angle: number) => number) => {
    const all = new Float64Array(sound.length + 1);
    for (let n = 0; n < sound.length; n++)
      all[n + 1] = (all[n] as number) + (sound[n] as number) * part((2 * Math.PI * hz * n) / RATE);
    return all;
  };
  const [re, im] = [sums(Math.cos), sums(Math.sin)];
  return Float64Array.from(sound, (_, n) => {
    const [from, to] = [Math.max(0, n - half), Math.min(sound.length, n + half)];
    return ((re[to] as number) - (re[from] as number)) ** 2 + ((im[to] as number) - (im[from] as number)) ** 2;
  });
}
