/** A WAV file of 16-bit mono samples at `rate`. */
export function wavOf(samples: Int16Array, rate = 8_000): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(2 * rate, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** The samples of a 16-bit mono WAV file; those after a header that was never finished too. */
export function pcmOf(wav: Buffer): Int16Array {
  const at = wav.indexOf('data');
  if (at < 0) throw new Error('no data in the WAV file');
  const said = wav.readUInt32LE(at + 4);
  const bytes = wav.subarray(at + 8, said > 0 ? at + 8 + said : undefined);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2));
}
