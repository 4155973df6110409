import type { Speaking } from './voice.ts';

/**
 * Reads 16-bit mono WAV of any rate. A length that runs past the end, as a program writes that does not know
 * it yet, is taken for "to the end".
 */
export function readWav(file: Buffer): Speaking {
  const format = file.indexOf('fmt ');
  const data = file.indexOf('data');
  if (format < 0 || data < 0 || file.readUInt16LE(format + 10) !== 1 || file.readUInt16LE(format + 22) !== 16) {
    throw new Error('the synthesiser gave no 16-bit mono WAV');
  }
  const length = Math.min(file.readUInt32LE(data + 4), file.length - data - 8) >> 1;
  const samples = Float64Array.from({ length }, (_, n) => file.readInt16LE(data + 8 + 2 * n) / 32_768);
  return { samples, rate: file.readUInt32LE(format + 12) };
}

/** A 16-bit mono WAV file. */
export function writeWav(samples: Int16Array, rate: number): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  for (let n = 0; n < samples.length; n++) file.writeInt16LE(samples[n] as number, 44 + 2 * n);
  return file;
}
