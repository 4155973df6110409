import { randomUUID } from 'node:crypto';
import { connectAsync } from 'mqtt';
import { readYaml } from '../../src/cli/file.ts';
import { PlatformKeys } from '../../src/protocol/keys.ts';
import type { PlatformReply, PlatformRequest } from '../../src/protocol/messages.ts';
import { NOTICE_VERSION } from '../../src/protocol/notice.ts';
import { Pin } from '../../src/protocol/pin.ts';
import { sealPin, sealVoice } from '../../src/protocol/sealing.ts';
import { verifyReply } from '../../src/protocol/signing.ts';
import { terminalTopic } from '../../src/protocol/topics.ts';
import { CallId, TerminalId } from '../../src/protocol/units.ts';
import { Voice } from '../../src/protocol/voice.ts';
import { voiceId } from '../../src/terminal/voice-id/engine.ts';
import { FACILITY } from './folder.ts';
import type { Speaker } from './port.ts';
import { speakDigits } from './speaker.ts';

/** The other phone of the site: nobody sees it, and it speaks to the platform as every phone does. */
const TERMINAL = TerminalId.parse('A-1');
const LIFE = 10_000;
/** An enrolment has three prompts; each may be said again. */
const MOST = 10;

interface Enrolling {
  readonly url: string;
  readonly password: string;
  /** File of the platform's public keys. */
  readonly keys: string;
}

/** Enrols a caller by the voice of a speaker at another phone of the site, unless he is: a lift there, without anybody waiting for prompts. */
export async function enrol({ url, password, keys }: Enrolling, pin: string, speaker: Speaker): Promise<void> {
  const { sealing, replies } = readYaml(keys, PlatformKeys);
  const client = await connectAsync(url, {
    clientId: `terminal/${FACILITY}/${TERMINAL}`,
    username: TERMINAL,
    password,
  });
  const engine = voiceId();
  const call = CallId.parse(randomUUID());
  const seal = { call, terminal: TERMINAL };
  const waiting = new Map<string, (reply: PlatformReply) => void>();
  client.on('message', (_, payload) => {
    void verifyReply(payload.toString(), replies).then(({ re, body }) => waiting.get(re)?.(body));
  });
  const ask = async (body: PlatformRequest): Promise<PlatformReply> => {
    const [id, at] = [randomUUID(), Date.now()];
    const answered = new Promise<PlatformReply>((resolve, reject) => {
      waiting.set(id, resolve);
      setTimeout(() => reject(new Error(`the platform has not answered ${body.type}`)), LIFE).unref();
    });
    const message = JSON.stringify({ v: 1, id, at, exp: at + LIFE, body });
    await client.publishAsync(terminalTopic(FACILITY, TERMINAL, 'requests'), message, { qos: 1 });
    return answered;
  };
  try {
    await client.subscribeAsync(terminalTopic(FACILITY, TERMINAL, 'replies'), { qos: 1 });
    const known = await ask({ type: 'identify', call, sealedPin: await sealPin(new Pin(pin), sealing, seal) });
    if (known.type !== 'identify' || known.result !== 'known' || known.voice?.do !== 'enrol') return;
    const consent = {
      kind: 'consent',
      agreed: true,
      notice: NOTICE_VERSION,
      language: known.language ?? 'en',
    } as const;
    let reply = await ask({ type: 'voice', call, request: 1, told: consent });
    for (let request = 2; request < MOST && reply.type === 'voice' && reply.result === 'say'; request += 1) {
      const heard = await engine.analyse(speakDigits(speaker, reply.say));
      if (!heard.judged) throw new Error(`voice-ID cannot hear: ${heard.detail}`);
      const sealed = await sealVoice(new Voice({ answers: [heard.features], first: [] }), sealing, seal);
      reply = await ask({ type: 'voice', call, request, told: { kind: 'answer', sealed } });
    }
    if (reply.type !== 'voice' || reply.result !== 'enrolled')
      throw new Error(`${speaker} could not be enrolled: ${reply.result}`);
  } finally {
    await engine.close();
    await client.endAsync();
  }
}
