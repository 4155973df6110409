import type { Codec, Format } from '../../port.ts';

/** Payload type and rtpmap of each codec as we offer it; G.722 has the clock that RFC 3551 4.5.2 gave it by mistake. */
const OFFERED: Readonly<Record<Codec, { readonly payloadType: number; readonly map: Map }>> = {
  PCMU: { payloadType: 0, map: { codec: 'PCMU', rate: 8_000 } },
  PCMA: { payloadType: 8, map: { codec: 'PCMA', rate: 8_000 } },
  G722: { payloadType: 9, map: { codec: 'G722', rate: 8_000 } },
  opus: { payloadType: 96, map: { codec: 'opus', rate: 48_000, encoding: 2 } },
};

/** Payload type of telephone-event (RFC 4733) in our offers. */
export const DIGITS = 101;

/** One rtpmap, as sdp-transform has it. */
interface Map {
  readonly codec: string;
  readonly rate?: number | undefined;
  /** Channels. */
  readonly encoding?: number | undefined;
}

/** rtpmap and fmtp lines of an audio stream. */
export interface FormatLines {
  readonly payloads: string;
  readonly rtp: { payload: number; codec: string; rate: number; encoding?: number }[];
  readonly fmtp: { payload: number; config: string }[];
}

/** A codec under the number we offer it by. */
export function offered(codec: Codec): Format {
  return { codec, payloadType: OFFERED[codec].payloadType };
}

/** The codec that an rtpmap names, or a static payload type without one (RFC 3551 6). */
export function codecOf(payloadType: number, map: Map | undefined): Codec | null {
  const codecs = Object.keys(OFFERED) as Codec[];
  if (!map) return codecs.find((c) => c !== 'opus' && OFFERED[c].payloadType === payloadType) ?? null;
  const codec = codecs.find((c) => c.toUpperCase() === map.codec.toUpperCase());
  // Some count G.722 by its samples.
  const right = codec && (map.rate === OFFERED[codec].map.rate || (codec === 'G722' && map.rate === 16_000));
  return codec && right ? codec : null;
}

/** Whether an rtpmap is of RFC 4733 events that we can take: the clock is that of telephony, also beside Opus. */
export function isDigits(map: Map | undefined): boolean {
  return map?.codec.toUpperCase() === 'TELEPHONE-EVENT' && map.rate === 8_000;
}

/** The lines for these formats, and for keys under `digits`. */
export function formatLines(formats: readonly Format[], digits: number | null): FormatLines {
  const audio = formats.map(({ codec, payloadType }) => {
    const { rate = 8_000, encoding } = OFFERED[codec].map;
    return { payload: payloadType, codec, rate, ...(encoding === undefined ? {} : { encoding }) };
  });
  const events = digits === null ? [] : [{ payload: digits, codec: 'telephone-event', rate: 8_000 }];
  const rtp = [...audio, ...events];
  return {
    payloads: rtp.map((r) => r.payload).join(' '),
    rtp,
    fmtp: rtp.flatMap(({ payload, codec }) =>
      codec === 'opus'
        ? [{ payload, config: 'useinbandfec=1' }]
        : codec === 'telephone-event'
          ? [{ payload, config: '0-15' }]
          : [],
    ),
  };
}
