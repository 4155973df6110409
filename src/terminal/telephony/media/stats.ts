/** What one call's RTP went through, counted from its opening. Packets unless said otherwise. */
export interface MediaStats {
  sent: number;
  /** Sends the operating system refused. */
  sendFailed: number;
  /** Packets of the far end that were well formed and from the right place. */
  received: number;
  /** Came when their turn was over. */
  late: number;
  duplicates: number;
  malformed: number;
  /** Of a call with SRTP keys: packets that did not stand the test, plain RTP among them. */
  unauthentic: number;
  /** From an address that is not the far end's. */
  strangers: number;
  /** Of a payload type that was not agreed on. */
  unknownType: number;
  /** Frames of 20 ms for which sound had to be made up. */
  concealed: number;
  /** Times the buffer started anew: another source, or a jump of its clock. */
  resyncs: number;
  /** Interarrival jitter, ms (RFC 3550 section 6.4.1). */
  jitter: number;
  /** From arrival to playing out, as the buffer now aims for, ms. */
  delay: number;
  digitsReceived: number;
  /** Keys not taken: of a stream that is not known to be the far end's. */
  digitsDoubted: number;
  digitsSent: number;
  /** Compound packets. */
  rtcpSent: number;
  rtcpReceived: number;
  /** Ticks of the engine passed over in stalls, since its start. */
  ticksSkipped: number;
  /** Times the sound card lost sound since the engine's start: of the microphone, and for the earpiece. */
  overruns: number;
  underruns: number;
}

/** All at nothing. */
export const noStats = (): MediaStats => ({
  sent: 0,
  sendFailed: 0,
  received: 0,
  late: 0,
  duplicates: 0,
  malformed: 0,
  unauthentic: 0,
  strangers: 0,
  unknownType: 0,
  concealed: 0,
  resyncs: 0,
  jitter: 0,
  delay: 0,
  digitsReceived: 0,
  digitsDoubted: 0,
  digitsSent: 0,
  rtcpSent: 0,
  rtcpReceived: 0,
  ticksSkipped: 0,
  overruns: 0,
  underruns: 0,
});
