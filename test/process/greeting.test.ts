import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACILITY } from '../../sim/world/folder.ts';
import { freePort } from '../interop/peers/program.ts';
import { firstTokens } from '../platform/people/machine.ts';
import { likeness, samplesIn, spoken } from '../protocol/spoken.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { openWall, type Wall } from './wall.ts';

/** One in the place of the other is below this, be it speech too. */
const [SAME, OTHER] = [0.8, 0.5];

describe.skipIf(!hasSocat)('the called party of the compiled terminal (needs socat)', () => {
  let wall: Wall;
  let api: string;
  let token: string;
  const name = spoken(2, -23, 21);

  beforeAll(async () => {
    const port = await freePort('tcp');
    api = `http://127.0.0.1:${port}/api/facilities/${FACILITY}`;
    wall = await openWall({ platform: { http: { host: '127.0.0.1', port } } });
    wall.callee.habit = 'voicemail';
    const platform = await wall.startPlatform();
    ({ token } = await firstTokens(await platform.until(/#\/welcome\/[\w-]+/), {
      token: ['facility.read', 'facility.change'],
    }));
    await wall.startTerminal();
    await wall.until(({ lockdown }) => lockdown.state === 'open');
  }, 180_000);
  afterAll(() => wall?.close());

  const set = async (sound: Uint8Array | null) => {
    const answer = await fetch(`${api}/greeting/en`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sound: sound && Buffer.from(sound).toString('base64') }),
    });
    expect(answer.status).toBe(200);
  };
  /** What the called party hears of the greeting, at 8 kHz, from one call. */
  const greeted = async (): Promise<Float64Array> => {
    const heard: number[] = [];
    const hearing = wall.callee.ear.subscribe((frame) => {
      for (let n = 0; n < frame.length; n += 2) heard.push((frame[n] ?? 0) / 32_768);
    });
    await wall.dial();
    await wall.until(({ phase }) => phase === 'greeting');
    // "You have a call from …, at …": the name is over by then.
    await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(8_000 * 9);
    hearing.unsubscribe();
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
    return Float64Array.from(heard.slice(0, 8_000 * 9));
  };

  it("hears the facility's name as it was set, by a phone that goes on, until it is taken back", async () => {
    const sound = samplesIn(name);
    expect(likeness(sound, await greeted())).toBeLessThan(OTHER);
    await set(name);
    // It is on its way to the phone, and sound at real time may break on a busy machine: then the next call has it.
    let heard: Float64Array = new Float64Array();
    const like = async () => {
      heard = await greeted();
      return likeness(sound, heard);
    };
    await expect.poll(like, { timeout: 120_000 }).toBeGreaterThan(SAME);
    expect(likeness(samplesIn(spoken(2, -23, 22)), heard)).toBeLessThan(OTHER);
    await set(null);
    await expect.poll(like, { timeout: 120_000 }).toBeLessThan(OTHER);
  }, 300_000);
});
