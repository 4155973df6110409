import type { WebSocket } from '@fastify/websocket';
import { inWords } from '../../src/protocol/words.ts';
import type { World } from '../world/port.ts';
import type { Feed } from './feed.ts';
import { FromPage, type ToPage } from './messages.ts';
import { FRAME_BYTES, unpackFrame } from './sound.ts';

/** A page that has this much waiting gets no sound: a quarter of a second of it would only come late. */
const SOUND_WAITING_BYTES = 16_000;
/** A page that has this much waiting is let go; it comes back and starts over from the state as it is then. */
const TEXT_WAITING_BYTES = 2_000_000;
/** The largest message a page has reason to send is a lockdown with a reason of 200 characters. */
export const LARGEST_MESSAGE_BYTES = 4_096;
const MISTAKES_ALLOWED = 20;
const DEEDS_AT_ONCE = 32;
/** A microphone gives 50 frames a second; some come in bursts. */
const FRAMES_A_SECOND = 150;

/** What went wrong on connections, and what was left out, counted since start. */
export interface Counters {
  visitors: number;
  visitorsNow: number;
  turnedAway: number;
  badMessages: number;
  soundDropped: number;
  tooSlow: number;
  microphoneDropped: number;
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 300) ?? '';

/** What is wrong with a message of a page, in one line. */
function mistake(text: string): { message: FromPage } | { line: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { line: 'a message that is not JSON was ignored: text messages are {"type":"deed","id":1,"deed":{…}}' };
  }
  const parsed = FromPage.safeParse(json, { error: inWords });
  if (parsed.success) return { message: parsed.data };
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`);
  return { line: `a message was ignored: ${wrong.join('; ').slice(0, 250)}` };
}

/** Serves one connected page until it goes. */
export function welcomeVisitor(socket: WebSocket, world: World, feed: Feed, counters: Counters): void {
  let mistakes = 0;
  let deedsUnderWay = 0;
  let second = 0;
  let framesThisSecond = 0;
  counters.visitors += 1;
  counters.visitorsNow += 1;

  const open = (): boolean => socket.readyState === socket.OPEN;
  const answer = (message: ToPage): void => text(JSON.stringify(message));

  function text(message: string): void {
    if (!open()) return;
    if (socket.bufferedAmount > TEXT_WAITING_BYTES) {
      counters.tooSlow += 1;
      socket.terminate();
      return;
    }
    socket.send(message);
  }

  function sound(frame: Uint8Array): void {
    if (!open()) return;
    if (socket.bufferedAmount > SOUND_WAITING_BYTES) counters.soundDropped += 1;
    else socket.send(frame);
  }

  function refuse(line: string): void {
    counters.badMessages += 1;
    mistakes += 1;
    answer({ type: 'refused', id: null, line });
    if (mistakes >= MISTAKES_ALLOWED) socket.close(1008, 'too many messages that make no sense');
  }

  async function act({ id, deed }: FromPage): Promise<void> {
    if (deedsUnderWay >= DEEDS_AT_ONCE) {
      answer({ type: 'refused', id, line: `more than ${DEEDS_AT_ONCE} things at once: wait for some to be done` });
      return;
    }
    deedsUnderWay += 1;
    try {
      await world.act(deed);
      answer({ type: 'done', id });
    } catch (error) {
      answer({ type: 'refused', id, line: `${deed.do}: ${reasonOf(error)}` });
    } finally {
      deedsUnderWay -= 1;
    }
  }

  function hear(bytes: Uint8Array): void {
    const frame = unpackFrame(bytes);
    if (frame?.channel !== 'mouthpiece') {
      refuse(
        `a sound message was ignored: ${FRAME_BYTES} bytes are wanted, the first 2 for the mouthpiece; it has ${bytes.length}, the first ${bytes[0] ?? 'missing'}`,
      );
      return;
    }
    const now = Math.floor(performance.now() / 1_000);
    framesThisSecond = now === second ? framesThisSecond + 1 : 1;
    second = now;
    if (framesThisSecond > FRAMES_A_SECOND) counters.microphoneDropped += 1;
    else world.mouthpiece(frame.frame);
  }

  const leave = feed.join({ text, sound });
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (!open()) return;
    if (binary) return hear(data);
    const found = mistake(data.toString('utf8'));
    if ('line' in found) refuse(found.line);
    else void act(found.message);
  });
  // An oversized message or a broken frame: ws itself closes with the code of RFC 6455 section 7.4.1.
  socket.on('error', () => {
    counters.badMessages += 1;
  });
  socket.on('close', () => {
    counters.visitorsNow -= 1;
    leave();
  });
}
