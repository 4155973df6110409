/** Samples in one frame: 20 ms at 16 kHz. */
const FRAME_SAMPLES = 320;

/** Which ear or mouth a frame of sound belongs to: the first byte of every binary message. */
const CHANNELS = { earpiece: 0, callee: 1, mouthpiece: 2 } as const;
export type Channel = keyof typeof CHANNELS;

/** Length of a binary message: the channel, then the samples as 16 bit little endian. */
export const FRAME_BYTES = 1 + FRAME_SAMPLES * 2;

/** A frame as it crosses the wire. Both ends are little endian, as all that Node and browsers run on today. */
export function packFrame(channel: Channel, frame: Int16Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_BYTES);
  bytes[0] = CHANNELS[channel];
  bytes.set(new Uint8Array(frame.buffer, frame.byteOffset, FRAME_SAMPLES * 2), 1);
  return bytes;
}

/** The channel and samples of a binary message, or null where it is no frame of ours. The samples are a copy. */
export function unpackFrame(bytes: Uint8Array): { channel: Channel; frame: Int16Array<ArrayBuffer> } | null {
  if (bytes.length !== FRAME_BYTES) return null;
  const channel = (Object.keys(CHANNELS) as Channel[]).find((name) => CHANNELS[name] === bytes[0]);
  if (!channel) return null;
  const frame = new Int16Array(FRAME_SAMPLES);
  new Uint8Array(frame.buffer).set(bytes.subarray(1));
  return { channel, frame };
}
