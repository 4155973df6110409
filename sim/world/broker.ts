import { createServer, type Socket } from 'node:net';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import { Subject } from 'rxjs';
import { parseStandingTopic, parseTerminalTopic } from '../../src/protocol/topics.ts';

/** Where a publish goes that its sender had no right to: an error would make the client send it for ever. */
const SINK = 'denied';

/** Who may connect: the terminal by its id, the platform, and staff. One password for all: this broker is on loopback only. */
export interface Passwords {
  readonly platform: string;
  readonly staff: string;
  readonly terminals: string;
}

export interface Broker {
  readonly port: number;
  /** Every message that passes, what the broker itself says left out. */
  readonly messages: Subject<{ topic: string; payload: Buffer; retained: boolean }>;
  close(): Promise<void>;
}

const isTerminal = (client: Client | null): client is Client & { name: string } =>
  client !== null &&
  'name' in client &&
  typeof client.name === 'string' &&
  client.name !== 'platform' &&
  client.name !== 'staff';

/** Nobody takes the client id of another, whose session he would have: staff may have any but those. */
function mayBe({ id }: Client, name: string): boolean {
  if (name === 'platform') return id === name;
  if (name !== 'staff') return id.startsWith('terminal/') && id.endsWith(`/${name}`);
  return id !== 'platform' && !id.startsWith('terminal/');
}

/** A terminal writes on its own topics, but for those on which it is spoken to. */
function mayPublish(client: Client | null, topic: string): boolean {
  if (!isTerminal(client)) return true;
  const parsed = parseTerminalTopic(topic);
  return (
    parsed !== null && parsed.terminal === client.name && !['replies', 'commands', 'lockdown'].includes(parsed.channel)
  );
}

/** A terminal hears its own replies, and lockdowns and keys, which are signed and no secret. */
function maySubscribe(client: Client | null, filter: string): boolean {
  const signed = filter.endsWith('/lockdown') || parseStandingTopic(filter) !== null;
  return !isTerminal(client) || signed || parseTerminalTopic(filter)?.terminal === client.name;
}

/**
 * Starts the embedded broker of the quick start on loopback; port 0 takes a free one.
 * @throws Error naming the port, where it is taken.
 */
export async function startBroker(passwords: Passwords, port = 0): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    authenticate: (client, username, password, done) => {
      const wanted = username === 'platform' || username === 'staff' ? passwords[username] : passwords.terminals;
      if (username) Object.assign(client, { name: username });
      done(null, Boolean(username) && password?.toString() === wanted && mayBe(client, String(username)));
    },
    authorizePublish: (client, packet, done) => {
      if (!mayPublish(client, packet.topic)) packet.topic = SINK;
      done(null);
    },
    authorizeSubscribe: (client, subscription, done) =>
      done(null, maySubscribe(client, subscription.topic) ? subscription : { ...subscription, topic: SINK }),
  });
  const messages: Broker['messages'] = new Subject();
  aedes.on('publish', ({ topic, payload, retain }: PublishPacket) => {
    if (!topic.startsWith('$SYS')) messages.next({ topic, payload: Buffer.from(payload), retained: retain });
  });
  const server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    aedes.handle(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`MQTT port ${port}: ${error.code === 'EADDRINUSE' ? 'already in use' : error.message}`)),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the broker has no port');
  return {
    port: address.port,
    messages,
    close: async () => {
      messages.complete();
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
