import { clearBroker } from '../protocol/broker.ts';
import { type ClearText, clearTextOf } from '../protocol/clear.ts';
import { ALLOW_TRUNK, clearSignalling } from '../protocol/trunk.ts';

interface Trunk {
  readonly name: string;
  readonly server: { readonly host: string };
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly insecure?: boolean | undefined;
}

/** As much of a terminal's configuration as tells where it speaks to whom. */
interface Ways {
  readonly mqtt: { readonly url: string; readonly insecure?: boolean | undefined };
  readonly sip: {
    readonly trunks: readonly Trunk[];
    readonly srtp?: 'off' | 'preferred' | 'required' | undefined;
  };
}

/** What a terminal sends in clear text off its machine. Where sound goes the far end says in a call: it goes as its trunk does. */
export function clearTextIn({ mqtt, sip: { trunks, srtp } }: Ways): ClearText[] {
  return [...clearBroker(mqtt), ...trunks.flatMap((trunk, n) => clearTrunk(trunk, n, srtp))];
}

/** SRTP is required by a trunk over TLS where nothing is said of it: an answer without would bring the sound into clear text unseen. */
export function withSrtp<S extends Ways['sip']>(sip: S): S {
  const trunks = sip.trunks.map((trunk, n) =>
    trunk.transport === 'tls' &&
    sip.srtp === undefined &&
    clearTrunk(trunk, n, 'preferred').some(({ allowed }) => !allowed)
      ? { ...trunk, srtp: 'required' as const }
      : trunk,
  );
  return { ...sip, trunks };
}

function clearTrunk({ name, server, transport, insecure }: Trunk, n: number, srtp: Ways['sip']['srtp']): ClearText[] {
  const { host } = server;
  if (transport !== 'tls') return clearSignalling({ server, transport, insecure }, ['sip', 'trunks', n, 'server']);
  return clearTextOf({
    at: ['sip', 'srtp'],
    host,
    what: `sound ${srtp === 'off' ? 'goes' : 'may go'} by trunk ${name} to`,
    remedy: `say srtp: required or leave it out, or ${ALLOW_TRUNK}`,
    encrypted: srtp === 'required' || (srtp === undefined && insecure !== true),
    insecure,
  });
}
