import { filter, firstValueFrom, map, merge } from 'rxjs';
import { openAccount } from '../../src/terminal/telephony/sip/account.ts';
import { startBaresip } from '../interop/peers/baresip.ts';
import { newAuthority } from '../interop/peers/certificates.ts';
import { keptLog, testTrunk } from '../terminal/telephony/sip/fakes.ts';
import { ticking } from '../tick.ts';
import { startDrifting } from './drifting.ts';
import { type Ear, openEar } from './ear.ts';

/** How things stood in one minute. */
export interface Minute {
  readonly minute: number;
  /** Of this whole process, three engines and one account, MB. */
  readonly memory: number;
  /** Mouth to ear of the far ends whose clock is slow and quick; of baresip how far its ticks have moved since the first minute. ms. */
  readonly delays: { readonly slow: number; readonly quick: number; readonly baresip: number };
  /** Of the call to baresip, as last told. */
  readonly mos: number | null;
}

/** Seconds between refreshes of the call are half of this: many in an hour. */
const SESSION = 90;

const CALL = 'soak';
const NUMBER = '+12025550123';
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** A far end off by `ppm`, and an ear that listens to it; `delay` is the middle of the ticks heard since it was last asked. */
async function startOff(ppm: number) {
  const ear = await openEar();
  const port = await ear.media.open(CALL, '127.0.0.1', { privileged: false });
  const far = await startDrifting(port, ppm);
  const format = { codec: 'PCMU', payloadType: 0 } as const;
  ear.media.connect(CALL, {
    ...{ address: '127.0.0.1', port: far.port, rtcpPort: far.port + 1, format, receives: [format] },
    ...{ digits: null, receivesDigits: [], ptime: 20, direction: 'sendrecv', srtp: null },
  });
  ear.media.bridge(CALL, true);
  return {
    delay: () =>
      middle(
        ear.heard().map((at) => at - far.saidAt(Math.floor((at - far.saidAt(0)) / (far.saidAt(1) - far.saidAt(0))))),
      ),
    async close() {
      far.close();
      await ear.close();
    },
  };
}

/** A call to baresip over TLS and SRTP, refreshed all the while; rejects where it ends by itself. */
async function callBaresip(ear: Ear, seconds: number) {
  const authority = await newAuthority('Carrier');
  const own = await authority.issue({ name: 'baresip', goodFor: ['IP:127.0.0.1'] });
  const baresip = await startBaresip(NUMBER, ticking(seconds, 8_000), undefined, {
    tls: { own, authority: authority.certificate },
    encryption: 'srtp-mand',
    keeps: false,
  });
  const account = await openAccount(
    {
      trunks: [testTrunk(baresip.tlsPort, { transport: 'tls' })],
      local: { address: '127.0.0.1', port: 0 },
      tls: { ca: authority.certificate },
      srtp: 'required',
      codecs: ['PCMU'],
      sessionExpires: SESSION,
    },
    ear.media,
    keptLog(),
  );
  const ended = firstValueFrom(
    merge(account.events, ear.media.events).pipe(
      filter(({ type }) => type === 'far-ended' || type === 'dial-failed' || type === 'media-lost'),
      map(({ type }) => Promise.reject(new Error(`the call ended by itself: ${type}`))),
    ),
  );
  const up = firstValueFrom(account.events.pipe(filter(({ type }) => type === 'trunk')));
  await Promise.race([up, pause(2_000)]);
  const answered = firstValueFrom(account.events.pipe(filter(({ type }) => type === 'answered')));
  account.dial(CALL, NUMBER, { privileged: false });
  // Looked at again in every minute.
  ended.catch(() => undefined);
  await Promise.race([answered, ended]);
  ear.media.bridge(CALL, true);
  return {
    ended,
    async close() {
      await account.close();
      await baresip.stop();
      await authority.close();
    },
  };
}

/**
 * Three calls at real time for `minutes`: to baresip, and from two far ends whose clocks are `ppm` parts in a million slow and
 * quick. Tells each minute. Rejects where the call ends by itself.
 */
export async function soak(
  { minutes, ppm }: { minutes: number; ppm: number },
  tell: (minute: Minute) => void,
): Promise<Minute[]> {
  const ear = await openEar();
  let mos: number | null = null;
  ear.media.events.subscribe((event) => {
    if (event.type === 'quality') mos = event.quality.mos.now;
  });
  const call = await callBaresip(ear, 60 * minutes + 60);
  const [slow, quick] = await Promise.all([startOff(ppm), startOff(-ppm)]);
  const all: Minute[] = [];
  /** Where in its second the first tick of baresip came. */
  let first = Number.NaN;
  /** How far its ticks have moved since, ms. */
  const moved = () => {
    const heard = ear.heard();
    if (Number.isNaN(first)) first = heard[0] ?? Number.NaN;
    return middle(heard.map((at) => ((((at - first + 500) % 1_000) + 1_000) % 1_000) - 500));
  };
  try {
    for (let minute = 1; minute <= minutes; minute++) {
      await Promise.race([pause(60_000), call.ended]);
      const memory = process.memoryUsage().rss / 2 ** 20;
      all.push({ minute, memory, delays: { slow: slow.delay(), quick: quick.delay(), baresip: moved() }, mos });
      tell(all.at(-1) as Minute);
    }
    return all;
  } finally {
    await Promise.all([call.close(), slow.close(), quick.close()]);
    await ear.close();
  }
}
