import type { Codec, DigitFormat, Format } from '../../port.ts';

/** Payload type and rtpmap of each codec as we offer it; G.722 has the clock that RFC 3551 4.5.2 gave it by mistake. */
const OFFERED: Readonly<Record<Codec, { readonly payloadType: number; readonly map: OwnMap }>> = {
  PCMU: { payloadType: 0, map: { codec: 'PCMU', rate: 8_000 } },
  PCMA: { payloadType: 8, map: { codec: 'PCMA', rate: 8_000 } },
  G722: { payloadType: 9, map: { codec: 'G722', rate: 8_000 } },
  opus: { payloadType: 96, map: { codec: 'opus', rate: 48_000, encoding: 2 } },
};

/** telephone-event (RFC 4733) as we offer it: the clock of telephony always, and that of Opus beside Opus (RFC 7587 7). */
const DIGITS: DigitFormat = { payloadType: 101, clock: 8_000 };
const DIGITS_BESIDE_OPUS: DigitFormat = { payloadType: 102, clock: 48_000 };

/** Clocks of telephone-event that are in use: some give G.722's events the clock of its samples. */
const DIGIT_CLOCKS: readonly number[] = [8_000, 16_000, 48_000];

/** One rtpmap, as sdp-transform has it. */
interface Map {
  readonly codec: string;
  readonly rate?: number | undefined;
  /** Channels. */
  readonly encoding?: number | undefined;
}
type OwnMap = Map & { readonly rate: number };

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

/** Keys under the numbers we offer them by, beside these codecs. */
export function offeredDigits(codecs: readonly Codec[]): DigitFormat[] {
  return codecs.includes('opus') ? [DIGITS, DIGITS_BESIDE_OPUS] : [DIGITS];
}

/** The codec that an rtpmap names, or a static payload type without one (RFC 3551 6). One without a clock has that of its codec. */
export function codecOf(payloadType: number, map: Map | undefined): Codec | null {
  const codecs = Object.keys(OFFERED) as Codec[];
  if (!map) return codecs.find((c) => c !== 'opus' && OFFERED[c].payloadType === payloadType) ?? null;
  const codec = codecs.find((c) => c.toUpperCase() === map.codec.toUpperCase());
  if (!codec) return null;
  const { rate } = OFFERED[codec].map;
  // Some count G.722 by its samples.
  if ((map.rate ?? rate) !== rate && !(codec === 'G722' && map.rate === 16_000)) return null;
  return codec === 'opus' || (map.encoding ?? 1) === 1 ? codec : null;
}

/** The clock of RFC 4733 events that we can take; null for an rtpmap of anything else. */
export function digitClock(map: Map | undefined): number | null {
  const { codec, rate = DIGITS.clock } = map ?? { codec: '' };
  return codec.toUpperCase() === 'TELEPHONE-EVENT' && DIGIT_CLOCKS.includes(rate) ? rate : null;
}

/** Of what the far end takes as keys, what goes best beside `codec`: of its clock (RFC 4733 2.4), or the first. */
export function digitsBeside(codec: Codec, takes: readonly DigitFormat[]): DigitFormat | null {
  return takes.find(({ clock }) => clock === OFFERED[codec].map.rate) ?? takes[0] ?? null;
}

/** The lines for these formats, and for keys as `digits`. */
export function formatLines(formats: readonly Format[], digits: readonly DigitFormat[]): FormatLines {
  const audio = formats.map(({ codec, payloadType }) => {
    const { rate, encoding } = OFFERED[codec].map;
    return { payload: payloadType, codec, rate, ...(encoding === undefined ? {} : { encoding }) };
  });
  const events = digits.map(({ payloadType, clock }) => ({
    payload: payloadType,
    codec: 'telephone-event',
    rate: clock,
  }));
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
