/** A WAV file of 16-bit mono PCM, with a chunk that nobody needs before the data. */
export function wav(samples: Int16Array, rate = 16_000): Buffer {
  const head = Buffer.alloc(56);
  head.write('RIFF', 0);
  head.writeUInt32LE(48 + 2 * samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(2 * rate, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('LIST', 36);
  head.writeUInt32LE(3, 40);
  head.write('abc', 44);
  head.write('data', 48);
  head.writeUInt32LE(2 * samples.length, 52);
  return Buffer.concat([head, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}
