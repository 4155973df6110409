/** What one end tells of the packets of one source (RFC 3550 section 6.4.1). */
export interface ReportBlock {
  ssrc: number;
  /** Since the report before, 0 to 1. */
  fractionLost: number;
  /** Since the start; negative where copies came. */
  lost: number;
  /** Extended highest sequence number. */
  highest: number;
  /** Interarrival jitter, in ticks of the RTP clock. */
  jitter: number;
  /** Middle of the NTP time of the last sender report, 0 where there was none; and since then, s. */
  lastReport: number;
  sinceLastReport: number;
}

/** What a compound packet says, as far as a phone cares. */
export interface Rtcp {
  /** Of the sender report: who sent it, and the middle of its NTP time. */
  sender: { ssrc: number; lastReport: number } | null;
  blocks: ReportBlock[];
}

/** Of a sender report. */
interface SenderFacts {
  /** Since 1900, ms. */
  ntp: number;
  clock: number;
  packets: number;
  octets: number;
}

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const DESCRIPTION = 202;
const BYE = 203;
const CNAME = 1;
const BLOCK = 24;
/** Header and SSRC, and what a sender says after. */
const HEAD = 8;
const SENDER = 20;

/** Room that `writeRtcp` wants. */
export const RTCP_LENGTH = HEAD + SENDER + BLOCK + 4 + 4 + 2 + 256 + 4 + HEAD;

/** Ms from 1900, where NTP begins, to 1970. */
export const NTP_EPOCH = 2_208_988_800_000;

/**
 * Parses a compound packet. Any bytes may come: what is wrong is returned as a line of text (RFC 3550 appendix A.2).
 * Packets of kinds that are none of ours are passed over whole.
 */
export function parseRtcp(data: Uint8Array): Rtcp | string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const found: Rtcp = { sender: null, blocks: [] };
  let at = 0;
  while (at < data.length) {
    if (at + 4 > data.length) return 'RTCP: a header cut off';
    const first = view.getUint8(at);
    const type = view.getUint8(at + 1);
    const end = at + 4 + 4 * view.getUint16(at + 2);
    if (first >> 6 !== 2) return `RTCP: version ${first >> 6}, 2 is wanted`;
    if (at === 0 && type !== SENDER_REPORT && type !== RECEIVER_REPORT) return 'RTCP: no report at the start';
    if (end > data.length) return 'RTCP: a packet cut off';
    if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
      const blocks = at + HEAD + (type === SENDER_REPORT ? SENDER : 0);
      const count = first & 0x1f;
      if (blocks + BLOCK * count > end) return 'RTCP: a report shorter than its blocks';
      if (type === SENDER_REPORT) found.sender = { ssrc: view.getUint32(at + 4), lastReport: view.getUint32(at + 10) };
      for (let n = 0; n < count; n++) found.blocks.push(block(view, blocks + BLOCK * n));
    }
    at = end;
  }
  return at === 0 ? 'RTCP: nothing in it' : found;
}

function block(view: DataView, at: number): ReportBlock {
  return {
    ssrc: view.getUint32(at),
    fractionLost: view.getUint8(at + 4) / 256,
    lost: (view.getInt32(at + 4) << 8) >> 8,
    highest: view.getUint32(at + 8),
    jitter: view.getUint32(at + 12),
    lastReport: view.getUint32(at + 16),
    sinceLastReport: view.getUint32(at + 20) / 0x10000,
  };
}

/** What we say in one compound packet. */
export interface Said {
  ssrc: number;
  /** Null makes it a receiver report. */
  sender: SenderFacts | null;
  block: ReportBlock | null;
  /** At most 255 bytes of ASCII. */
  cname: string;
  bye: boolean;
}

/** Writes a report, a description and, at the end of a call, a goodbye into `out`; returns the length. */
export function writeRtcp(out: Buffer, { ssrc, sender, block, cname, bye }: Said): number {
  let at = writeHead(out, 0, sender ? SENDER_REPORT : RECEIVER_REPORT, block ? 1 : 0, ssrc);
  if (sender) {
    const seconds = Math.floor(sender.ntp / 1_000);
    at = out.writeUInt32BE(seconds % 2 ** 32, at);
    at = out.writeUInt32BE(Math.floor((sender.ntp / 1_000 - seconds) * 2 ** 32), at);
    at = out.writeUInt32BE(sender.clock, at);
    at = out.writeUInt32BE(sender.packets % 2 ** 32, at);
    at = out.writeUInt32BE(sender.octets % 2 ** 32, at);
  }
  if (block) at = writeBlock(out, at, block);
  writeLength(out, 0, at);
  const description = at;
  at = writeHead(out, at, DESCRIPTION, 1, ssrc);
  out[at] = CNAME;
  out[at + 1] = cname.length;
  at += 2 + out.write(cname, at + 2, 'latin1');
  // One zero ends the items, and as many more as fill the word.
  const end = description + 4 * (Math.floor((at - description) / 4) + 1);
  out.fill(0, at, end);
  writeLength(out, description, end);
  if (!bye) return end;
  const all = writeHead(out, end, BYE, 1, ssrc);
  writeLength(out, end, all);
  return all;
}

function writeHead(out: Buffer, at: number, type: number, count: number, ssrc: number): number {
  out[at] = 0x80 | count;
  out[at + 1] = type;
  return out.writeUInt32BE(ssrc, at + 4);
}

/** In words, less one. */
const writeLength = (out: Buffer, at: number, end: number): number => out.writeUInt16BE((end - at) / 4 - 1, at + 2);

function writeBlock(out: Buffer, from: number, block: ReportBlock): number {
  const lost = Math.max(-0x800000, Math.min(0x7fffff, block.lost));
  let at = out.writeUInt32BE(block.ssrc, from);
  at = out.writeUInt8(Math.max(0, Math.min(255, Math.floor(block.fractionLost * 256))), at);
  at = out.writeIntBE(lost, at, 3);
  at = out.writeUInt32BE(block.highest % 2 ** 32, at);
  at = out.writeUInt32BE(Math.min(0xffffffff, Math.round(block.jitter)), at);
  at = out.writeUInt32BE(block.lastReport, at);
  return out.writeUInt32BE(Math.min(0xffffffff, Math.round(block.sinceLastReport * 0x10000)), at);
}
