import { createRequire } from 'node:module';
import type OpusScriptModule from 'opusscript';
import type { Decoder, Encoder } from './coder.ts';

/** A CommonJS package; what it exports is the class itself. */
const OpusScript = createRequire(import.meta.url)('opusscript') as typeof OpusScriptModule;
type OpusScript = InstanceType<typeof OpusScript>;

/** Wide band, which is what the terminal has; the clock is always that of full band (RFC 7587 section 4.1). */
const WIDE = { rate: 16_000, clock: 48_000 } as const;
const BYTES = 2;

/** No frame is longer, and no packet of them (RFC 6716 section 3.2). */
const LONGEST_PACKET = 1_276;
const LONGEST = 5_760;

/** Requests of opus_encoder_ctl: bits a second, effort, error correction for the far end, and the loss it is made for, %. */
const CONTROLS = [
  [4_002, 24_000],
  [4_010, 5],
  [4_012, 1],
  [4_014, 10],
] as const;

/** Ticks of a frame by the upper five bits of the first byte, 2.5 ms being 120 (RFC 6716 table 2). */
function frameTicks(toc: number): number {
  const config = toc >> 3;
  if (config >= 16) return 120 << (config & 3);
  if (config >= 12) return 480 << (config & 1);
  return [480, 960, 1_920, 2_880][config & 3] as number;
}

function frames(payload: Uint8Array): number {
  const code = (payload[0] ?? 0) & 3;
  if (code === 0) return 1;
  return code < 3 ? 2 : (payload[1] ?? 0) & 0x3f;
}

/** What the package holds outside of the garbage collector's reach goes with what used it. */
const freed = new FinalizationRegistry((codec: OpusScript) => codec.delete());

function open(user: object): OpusScript {
  const codec = new OpusScript(WIDE.rate, 1, OpusScript.Application.VOIP);
  freed.register(user, codec);
  return codec;
}

/** Opus for speech, 24 kbit/s (RFC 6716), by libopus as WebAssembly. */
export function opusEncoder(): Encoder {
  const encoder: Encoder = {
    ...WIDE,
    encode(samples, out, at) {
      const packet = codec.encode(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength), samples.length);
      out.set(packet, at);
      return packet.length;
    },
  };
  const codec = open(encoder);
  for (const [request, value] of CONTROLS) codec.encoderCTL(request, value);
  return encoder;
}

/** Opus (RFC 6716). */
export function opusDecoder(): Decoder {
  /** First byte of the last packet: by itself it is a packet whose frame was lost (RFC 6716 section 3.2.1). */
  let toc = Buffer.of(0);
  const decoder: Decoder = {
    ...WIDE,
    duration(payload) {
      const ticks =
        payload.length > 0 && payload.length <= LONGEST_PACKET ? frames(payload) * frameTicks(payload[0] as number) : 0;
      return ticks <= LONGEST ? ticks : 0;
    },
    decode(payload, out) {
      const count = (decoder.duration(payload) * WIDE.rate) / WIDE.clock;
      toc = Buffer.of((payload[0] ?? 0) & 0xfc);
      const sound = decoded(codec, payload);
      for (let n = 0; n < count; n++) {
        out[n] = sound !== null && BYTES * n < sound.length ? sound.readInt16LE(BYTES * n) : 0;
      }
      return count;
    },
    follow(madeUp) {
      const step = (frameTicks(toc[0] as number) * WIDE.rate) / WIDE.clock;
      for (let n = step; n <= madeUp.length; n += step) decoded(codec, toc);
    },
  };
  const codec = open(decoder);
  return decoder;
}

/** Null where libopus finds the packet broken. */
function decoded(codec: OpusScript, payload: Uint8Array): Buffer | null {
  try {
    return codec.decode(payload as Buffer);
  } catch {
    return null;
  }
}
