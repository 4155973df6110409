import { expect, test } from 'vitest';
import { fuzzDialogs } from './dialogs.ts';
import { fuzzRtp } from './rtp.ts';
import { fuzzSdp } from './sdp.ts';
import { fuzzSip } from './sip.ts';

const SEED = 1;
/** Seconds on two cores at rest; a busy machine takes far longer, and the watchdog sees to hangs. */
const PATIENCE = 240_000;
/** More than the garbage collector's own ups and downs, far less than a count of messages kept. */
const GROWTH = 12 * 2 ** 20;

test.each([
  ['broken SIP messages', fuzzSip, 20_000],
  ['calls that are broken in one place', fuzzDialogs, 600],
  ['SDPs that are broken in one place', fuzzSdp, 20_000],
  ['broken RTP, RTCP and SRTP packets', fuzzRtp, 60_000],
] as const)(
  '%s break nothing, hang nothing and leave nothing behind',
  async (_what, fuzz, count) => {
    const { longest, heap } = await fuzz({ seed: SEED, count });
    expect(longest.ms).toBeLessThan(15_000);
    expect(heap.end - heap.tenth).toBeLessThan(GROWTH);
  },
  PATIENCE,
);
