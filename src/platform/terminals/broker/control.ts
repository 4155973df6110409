import { connectAsync, type MqttClient } from 'mqtt';
import { brokerFault, loginOf } from '../../../protocol/broker.ts';
import { type Answer, Answers, CONTROL, type Command, RESPONSE } from './dynamic-security.ts';
import { BrokerError } from './port.ts';

/** For the broker to answer a message, ms: it writes its whole file for each change that is in it, a second for 100,000 phones. */
const PATIENCE = 30_000;

/** How the broker is reached by who may give accounts. */
export interface AdminAccess {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** File (PEM): the authority of the broker's certificate, where it is not one of the system's. */
  readonly ca?: string | undefined;
}

/** A connection to the broker by which accounts are changed, a message at a time. */
export class Control {
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  /** @param ca the setting that names the broker's authority @throws BrokerError */
  static async open(access: AdminAccess, ca = 'mqtt.ca'): Promise<Control> {
    const { url, username } = access;
    // An admin too is who he is at one client id alone.
    const id = username === undefined ? {} : { clientId: username };
    const options = { ...loginOf(access), ...id, protocolVersion: 4 as const, reconnectPeriod: 0 };
    const client = await connectAsync(url, { ...options, connectTimeout: PATIENCE }, false).catch((cause: Error) => {
      throw new BrokerError(`${url}: ${brokerFault(cause, url, ca) ?? 'no broker answers there'}`, { cause });
    });
    client.on('error', () => undefined);
    const control = new Control(client);
    try {
      await control.#inTime(client.subscribeAsync(RESPONSE, { qos: 1 }));
    } catch (cause) {
      await control.close();
      throw new BrokerError(`${url}: this user may give no accounts, or the dynamic security plugin is not loaded`, {
        cause,
      });
    }
    return control;
  }

  /**
   * Has commands done in their order, those after one that failed too; gives the answer to each.
   * @throws BrokerError where the broker does not answer: some may have been done.
   */
  async say(commands: readonly Command[]): Promise<readonly Answer[]> {
    const client = this.#client;
    const heard = new Promise<string>((resolve, reject) => {
      client.once('message', (_, bytes) => resolve(bytes.toString()));
      client.once('close', () => reject(new BrokerError('the broker closed the connection')));
    });
    try {
      client.publish(CONTROL, JSON.stringify({ commands }), { qos: 1 });
      const answers = answersIn(await this.#inTime(heard));
      if (answers?.length === commands.length) return answers;
      throw new BrokerError('the broker answered something else than was asked');
    } finally {
      client.removeAllListeners('message');
      client.removeAllListeners('close');
    }
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #inTime<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new BrokerError('the broker does not answer')), PATIENCE);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function answersIn(text: string): readonly Answer[] | null {
  try {
    return Answers.parse(JSON.parse(text)).responses;
  } catch {
    return null;
  }
}
