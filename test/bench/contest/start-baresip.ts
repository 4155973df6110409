import type { MediaSessions, RemoteMedia } from '../../../src/terminal/telephony/port.ts';
import { openAccount } from '../../../src/terminal/telephony/sip/account.ts';
import { startBaresip } from '../../interop/peers/baresip.ts';
import { until } from '../../interop/peers/program.ts';
import { keptLog, testTrunk } from '../../terminal/telephony/sip/fakes.ts';
import type { Contestant, Task } from './contestant.ts';
import { voiced } from './voiced.ts';

/** Seconds that baresip has something to say: longer than any run. */
const SAYS = 120;

/** Starts baresip and calls it once for each sink, so that it sends there. A tap of baresip's writes what it hears and says to files. */
export async function startTheirs({ sinks, suite, taps }: Task): Promise<Contestant> {
  const baresip = await startBaresip('contest', voiced(SAYS, 8_000), undefined, {
    calls: sinks.length + 1,
    keeps: taps,
    ...(suite && { encryption: 'srtp-mand' as const }),
  });
  const remotes = new Map<string, RemoteMedia>();
  const media: MediaSessions = {
    open: (call) => Promise.resolve(sinks[Number(call)] ?? 0),
    connect: (call, remote) => void remotes.set(call, remote),
    release: () => undefined,
  };
  const account = await openAccount(
    {
      trunks: [testTrunk(baresip.port)],
      local: { address: '127.0.0.1', port: 0 },
      tls: {},
      codecs: ['PCMU'],
      srtp: suite ? 'required' : 'off',
      sessionExpires: 0,
    },
    media,
    keptLog(),
  );
  for (const [n] of sinks.entries()) {
    account.dial(String(n), 'contest', { privileged: false });
    await until(`baresip to take call ${n}`, () => remotes.has(String(n)));
  }
  const ends = sinks.map((_, n) => {
    const { port = 0, srtp = null } = remotes.get(String(n)) ?? {};
    // What we say to it is protected with our key, which our offer told it.
    return { port, key: srtp && { suite: srtp.suite, master: srtp.send } };
  });
  return {
    pid: baresip.pid,
    ends,
    async stop() {
      await account.close();
      await baresip.stop();
    },
  };
}
