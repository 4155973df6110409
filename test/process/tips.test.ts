import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiftRecord } from '../../src/protocol/api/records.ts';
import { Moment } from '../../src/protocol/api/wire.ts';
import { ALL_RIGHTS, firstTokens, LOOKS } from '../platform/people/machine.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import type { Program } from './program.ts';
import { openWall, type Wall } from './wall.ts';

const TIP = '*77';
/** No hotline of the site: where staff look, the other is to be like it. */
const NOTHING = '*78';
const LIFTS = 8;
let [staff, admin] = ['', ''];

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly phase?: string;
  readonly actions?: readonly string[];
}

/** What one lift left where staff may read. */
interface Read {
  /** Without ids and times. */
  readonly shape: readonly string[];
  /** Between two things that no hand moved, ms. */
  readonly gaps: Readonly<Record<string, number>>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe.skipIf(!hasSocat)('staff who look for tip lines', () => {
  let wall: Wall;
  let terminal: Program;
  let platform: Program;
  let api: string;
  const published: { topic: string; body: Record<string, unknown>; at: number }[] = [];

  beforeAll(async () => {
    const port = await freePort();
    api = `http://127.0.0.1:${port}`;
    wall = await openWall({
      call: { languages: ['en'], stall: '1s' },
      platform: { http: { host: '127.0.0.1', port } },
    });
    wall.broker.messages.subscribe(({ topic, payload }) => {
      if (/\/(status|events)$/.test(topic)) published.push({ topic, ...JSON.parse(payload.toString()) });
    });
    wall.callee.habit = 'accept';
    platform = await wall.startPlatform('--json');
    const link = await platform.until(/#\/welcome\/[\w-]+/);
    ({ staff, admin } = await firstTokens(link, { staff: LOOKS, admin: ALL_RIGHTS }));
    terminal = await wall.startTerminal('--json');
    await wall.until(({ lockdown }) => lockdown.state === 'open');
  }, 180_000);
  afterAll(() => wall?.close());

  const records = async (token: string): Promise<LiftRecord[]> => {
    const url = `${api}/api/facilities/pine-river/records`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { items: LiftRecord[] }).items;
  };
  const parsed = ({ lines }: Program, from: number): Line[] =>
    lines.slice(from).flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));

  /** Lifts, keys the code, talks or does nothing for so long, and hangs up. */
  async function lift(code: string, ms: number): Promise<Read> {
    const from = [published.length, terminal.lines.length, platform.lines.length] as const;
    wall.board.lift();
    const { call } = await wall.until(({ phase }) => phase === 'pin');
    await wall.board.type(code);
    await pause(ms);
    wall.board.hangUp();
    await wall.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
    await platform.until(new RegExp(`${call}.*record stored`));
    const statuses = published.slice(from[0]).map(({ body, at, topic }) => ({
      at,
      what: topic.endsWith('status')
        ? `status ${body.hook} ${body.phase} ${body.hook === 'off' && body.recordsWaiting !== 0} ${JSON.stringify(body.counters)}`
        : `event ${JSON.stringify(body)}`,
    }));
    // What the phone says of its board, once, is no matter of a call.
    const log = parsed(terminal, from[1]).filter((line) => line.level >= 30 && !('firmware' in line));
    const theirs = parsed(platform, from[2]);
    const plain = ({ time: _, ...line }: Line) =>
      JSON.stringify(line)
        .replaceAll(String(call), 'call')
        .replace(/"ms":[\d.]+/, '');
    const shown = (await records(staff)).find((one) => one.call === call);
    const shape = [
      ...new Set(statuses.map(({ what }) => what)),
      ...[...log, ...theirs].map(plain),
      JSON.stringify(shown, (_, value) => (Moment.safeParse(value).success ? 'a time' : value)).replace(
        String(call),
        'call',
      ),
    ];
    return { shape, gaps: gapsOf(log, statuses) };
  }

  it('find nothing in status, events, logs and records, nor in their times, and an admin finds each in the records', async () => {
    const read: Record<string, Read[]> = { [TIP]: [], [NOTHING]: [] };
    for (let n = 0; n < 2 * LIFTS; n += 1) {
      const code = n % 2 === 0 ? TIP : NOTHING;
      // Some are over before their cover would end by itself, some long after.
      read[code]?.push(await lift(code, n % 8 < 2 ? 500 : 7_000));
    }
    const [tips = [], others = []] = [read[TIP], read[NOTHING]];
    const shapes = (of: readonly Read[]) => [...new Set(of.map(({ shape }) => shape.join('\n')))].sort();
    expect(shapes(tips)).toEqual(shapes(others));
    expect(shapes(tips)).toHaveLength(2);

    // By no interval can all of one kind be told from all of the other.
    const names = [...new Set([...tips, ...others].flatMap(({ gaps }) => Object.keys(gaps)))];
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const spans = [tips, others].map((of) => of.flatMap(({ gaps }) => gaps[name] ?? []));
      const [a = [], b = []] = spans;
      const apart = Math.max(...a) < Math.min(...b) || Math.max(...b) < Math.min(...a);
      expect(apart, `${name}: ${JSON.stringify(spans)}`).toBe(false);
    }

    const hidden = (await records(admin)).filter((record) => record.hidden);
    expect(hidden).toHaveLength(LIFTS);
    expect(hidden.filter(({ talked }) => talked > 5_000).length).toBe(LIFTS - LIFTS / 4);
    expect(JSON.stringify(await records(staff))).not.toMatch(/hotline|hidden":true|cover/);
    expect(platform.lines.join('\n')).not.toMatch(/hotline|identify|authorise/);
  }, 400_000);
});

/** The intervals between lines of the log that a timer or a recording made, and from the last line to the status that follows it. */
function gapsOf(log: readonly Line[], statuses: readonly { at: number; what: string }[]): Record<string, number> {
  const gaps: Record<string, number> = {};
  for (const [place, line] of log.entries()) {
    const next = log[place + 1];
    if (next && next.msg !== 'on-hook' && line.msg !== 'off-hook')
      gaps[`${place} ${line.msg} to ${next.msg}`] = next.time - line.time;
  }
  const down = log.find(({ msg }) => msg === 'on-hook');
  const idle = statuses.find(({ what }) => what.startsWith('status on idle'));
  if (down && idle) gaps['on-hook to its status'] = idle.at - down.time;
  const over = log.find(({ phase }) => phase === 'ended');
  const ended = statuses.find(({ what }) => what.includes(' ended '));
  if (over && ended) gaps['end to its status'] = ended.at - over.time;
  return gaps;
}
