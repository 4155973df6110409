/** An RTP packet as far as a phone cares (RFC 3550 section 5.1). `payload` is a view into what was parsed. */
export interface RtpPacket {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payload: Uint8Array;
}

/** Length of a header without CSRCs and extension: all that we send. */
export const HEADER = 12;

/**
 * Parses a datagram from the network. Any bytes may come: what is wrong is returned as a line of text.
 * A header extension is passed over whole, its elements are never walked through.
 */
export function parseRtp(data: Uint8Array): RtpPacket | string {
  if (data.length < HEADER) return `RTP: ${data.length} bytes are too few for a header`;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const first = view.getUint8(0);
  const second = view.getUint8(1);
  if (first >> 6 !== 2) return `RTP: version ${first >> 6}, 2 is wanted`;
  const start = headerLength(data);
  if (start < 0) return 'RTP: header longer than the packet';
  const padding = first & 0x20 ? view.getUint8(data.length - 1) : 0;
  if (first & 0x20 && (padding === 0 || start + padding > data.length)) return `RTP: padding of ${padding} bytes`;
  return {
    payloadType: second & 0x7f,
    marker: second >= 0x80,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: data.subarray(start, data.length - padding),
  };
}

/** Bytes of a header with its CSRCs and extension, -1 where it is no RTP or is longer than `data`. */
export function headerLength(data: Uint8Array): number {
  const first = data[0] ?? 0;
  let length = HEADER + 4 * (first & 0x0f);
  if (first >> 6 !== 2 || length > data.length) return -1;
  if (first & 0x10) {
    if (length + 4 > data.length) return -1;
    length += 4 + 4 * (((data[length + 2] as number) << 8) | (data[length + 3] as number));
  }
  return length > data.length ? -1 : length;
}

/** True of RTCP that came to the RTP port (RFC 5761 section 4). */
export const isRtcp = (data: Uint8Array): boolean => {
  const type = data[1] ?? 0;
  return data.length >= 8 && (data[0] ?? 0) >> 6 === 2 && type >= 192 && type <= 223;
};

/**
 * True of STUN (RFC 8489 section 5), which some send to the ports of media to keep a way through a NAT open, whether it was
 * agreed on or not (RFC 7983 tells it by its first byte; we ask for its cookie too).
 */
export const isStun = (data: Buffer): boolean =>
  data.length >= 20 && (data[0] ?? 255) < 4 && data.readUInt32BE(4) === 0x2112a442;

/** Writes a header into the first 12 bytes of `out`. */
export function writeHeader(out: Buffer, header: Omit<RtpPacket, 'payload'>): void {
  out[0] = 0x80;
  out[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  out.writeUInt16BE(header.sequence, 2);
  out.writeUInt32BE(header.timestamp, 4);
  out.writeUInt32BE(header.ssrc, 8);
}

/** How far `a` is ahead of `b` on a 32-bit clock, negative where it is behind. */
export const clockAhead = (a: number, b: number): number => (a - b) | 0;
