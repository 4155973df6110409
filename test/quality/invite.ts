import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A call under way. */
interface Call {
  /** Where the called party takes RTP. */
  readonly port: number;
  /** Sends BYE; resolves when it is answered, or after a second. */
  end(): Promise<void>;
}

/** How long an answer may take, ms. */
const PATIENCE = 20_000;

/**
 * Calls whoever listens for SIP at `server` of 127.0.0.1, offering PCMU to be sent to `port`: an INVITE, an ACK and a BYE, with no more of
 * SIP than a called party on the same machine that answers at once needs.
 */
export async function invite(server: number, port: number): Promise<Call> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const self = `127.0.0.1:${socket.address().port}`;
  const target = `sip:ear@127.0.0.1:${server}`;
  let to = `<${target}>`;
  const send = (method: string, sequence: number, body: string) => {
    const lines = [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${self};branch=z9hG4bK-${method}-${port};rport`,
      'Max-Forwards: 70',
      `From: <sip:mouth@${self}>;tag=${port}`,
      `To: ${to}`,
      `Call-ID: ${port}@${self}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:mouth@${self}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    socket.send(`${lines.join('\r\n')}\r\n\r\n${body}`, server, '127.0.0.1');
  };
  const final = (method: string, limit: number) =>
    new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`SIP: no answer to ${method}`)), limit);
      socket.on('message', (data) => {
        const text = data.toString();
        const status = Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0);
        if (status < 200 || !new RegExp(`^CSeq: \\d+ ${method}`, 'im').test(text)) return;
        clearTimeout(timer);
        if (status < 300) resolve(text);
        else reject(new Error(`SIP: ${method} was answered ${status}`));
      });
    });
  try {
    const answered = final('INVITE', PATIENCE);
    send('INVITE', 1, offer(port));
    const answer = await answered;
    to = /^To: (.*)$/im.exec(answer)?.[1]?.trim() ?? to;
    send('ACK', 1, '');
    return {
      port: Number(/^m=audio (\d+)/m.exec(answer)?.[1] ?? 0),
      async end() {
        const ended = final('BYE', 1_000).catch(() => '');
        send('BYE', 2, '');
        await ended;
        socket.close();
      },
    };
  } catch (error) {
    socket.close();
    throw error;
  }
}

const offer = (port: number): string =>
  [
    'v=0',
    `o=- ${port} 1 IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n');
