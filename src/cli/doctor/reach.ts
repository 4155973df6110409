import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp } from 'node:net';
import { connect } from 'mqtt';
import { brokerFault, loginOf } from '../../protocol/broker.ts';
import type { Finding } from '../../protocol/finding.ts';
import type { RunningConfig } from '../../terminal/config.ts';

const PATIENCE = 5_000;

/** Whether the broker lets this terminal in. What waits for the terminal there is left where it is: nothing is acknowledged. */
export async function brokerFindings({ mqtt, facility, terminal }: RunningConfig): Promise<Finding[]> {
  const { url } = mqtt;
  const client = connect(url, {
    protocolVersion: 4,
    clientId: `terminal/${facility}/${terminal}`,
    clean: false,
    reconnectPeriod: 0,
    connectTimeout: PATIENCE,
    ...loginOf(mqtt),
  });
  client.handleMessage = () => undefined;
  const why = await new Promise<string | null>((resolve) => {
    client.once('connect', () => resolve(null));
    client.once('error', (error: Error & { code?: string | number }) =>
      resolve(brokerFault(error, url) ?? (error.message || String(error.code))),
    );
    client.once('close', () => resolve('no broker answers there'));
  });
  client.on('error', () => undefined);
  await client.endAsync(true);
  if (why === null) return [];
  return [
    {
      weight: 'stops-calls',
      what: `broker ${url}: ${why}`,
      why: 'no call is granted without the platform; hotlines still work',
      remedy: 'check url, user and password under mqtt: in the configuration, and whether the broker runs',
    },
  ];
}

type Trunk = RunningConfig['sip']['trunks'][number];

/** Whether the servers of the trunks answer at all. One whose port is looked up by name is left to the terminal. */
export async function trunkFindings({ sip }: RunningConfig): Promise<Finding[]> {
  const found = await Promise.all(sip.trunks.map(async (trunk) => ({ trunk, why: await whySilent(trunk) })));
  return found.flatMap(({ trunk: { name, server, transport }, why }) =>
    why === null
      ? []
      : [
          {
            weight: found.every((other) => other.why !== null) ? ('stops-calls' as const) : ('soon' as const),
            what: `trunk ${name}: ${server.host} over ${transport}: ${why}`,
            why: 'no call goes out by it',
            remedy: 'check server and transport under sip: in the configuration, and the firewall',
          },
        ],
  );
}

async function whySilent({ server: { host, port }, transport }: Trunk): Promise<string | null> {
  if (port === undefined) return null;
  const address = await lookup(host).catch(() => null);
  if (address === null) return 'its name is not found';
  return transport === 'udp' ? askByUdp(address, port) : openByTcp(address.address, port);
}

/** Why nobody takes a connection there; null where somebody does. */
export function openByTcp(address: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: address, port, timeout: PATIENCE });
    const over = (why: string | null) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => over(null));
    socket.once('timeout', () => over('no answer'));
    socket.once('error', (error) => over(error.message));
  });
}

/** Any answer to OPTIONS will do (RFC 3261 11). It is sent again once a second, as datagrams get lost. */
function askByUdp({ address, family }: { address: string; family: number }, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    const at = family === 6 ? `[${address}]` : address;
    const id = Math.random().toString(36).slice(2);
    const over = (why: string | null) => {
      clearInterval(again);
      clearTimeout(late);
      socket.close();
      resolve(why);
    };
    const ask = () => {
      const { port: own } = socket.address();
      const lines = [
        `OPTIONS sip:${at}:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP doctor.invalid:${own};branch=z9hG4bK${id};rport`,
        'Max-Forwards: 70',
        `From: <sip:doctor@doctor.invalid>;tag=${id}`,
        `To: <sip:${at}:${port}>`,
        `Call-ID: ${id}`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
      ];
      socket.send(`${lines.join('\r\n')}\r\n\r\n`);
    };
    const again = setInterval(ask, 1_000);
    const late = setTimeout(() => over('no answer to OPTIONS'), PATIENCE);
    socket.once('message', () => over(null));
    socket.once('error', (error) => over(error.message));
    socket.connect(port, address, ask);
  });
}
