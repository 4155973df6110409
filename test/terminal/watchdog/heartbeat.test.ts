import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { Heartbeat } from '../../../src/terminal/watchdog/heartbeat.ts';
import type { Notice } from '../../../src/terminal/watchdog/notify.ts';

const told: Notice[] = [];
const lines: { level: number; msg: string }[] = [];
const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
const open: Heartbeat[] = [];

afterEach(() => {
  for (const heartbeat of open.splice(0)) heartbeat.close();
  told.length = 0;
  lines.length = 0;
});

/** A heart whose parts are as `parts` says at each beat: alive, stuck, or a reason why not. */
function beat(parts: Record<string, 'alive' | 'stuck' | string>, notify = (notice: Notice) => void told.push(notice)) {
  const alive = (name: string) => () => {
    if (parts[name] === 'alive') return Promise.resolve();
    return parts[name] === 'stuck' ? new Promise<void>(() => {}) : Promise.reject(new Error(parts[name]));
  };
  const all = Object.keys(parts).map((name) => ({ name, alive: alive(name) }));
  open.push(new Heartbeat({ parts: all, notify, period: 40, limit: 20, log }));
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain; told ${JSON.stringify(told)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const fed = () => told.filter(({ WATCHDOG }) => WATCHDOG === 1).length;

test('as long as all parts are alive the watchdog is fed, and nothing is logged', async () => {
  beat({ 'hook driver': 'alive', 'MQTT link': 'alive' });
  await until(() => fed() >= 3);
  expect(lines).toEqual([]);
});

test.each([
  ['stuck', 'hook driver (no answer in 20 ms)'],
  ['silent for 9 s too long', 'hook driver (silent for 9 s too long)'],
])(
  'a part that is not alive (%s) stops it, is named once, and starts it again when it comes back',
  async (state, named) => {
    const parts = { 'hook driver': 'alive', 'MQTT link': 'alive' };
    beat(parts);
    await until(() => fed() >= 1);
    parts['hook driver'] = state;
    await until(() => told.some(({ STATUS }) => STATUS === `not alive: ${named}`));
    const before = fed();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(fed()).toBe(before);
    expect(lines.map(({ msg }) => msg)).toEqual([expect.stringContaining(`not alive: ${named}`)]);

    parts['hook driver'] = 'alive';
    await until(() => fed() > before);
    expect(lines.at(-1)?.msg).toBe('all parts are alive again');
  },
);

test('all that are not alive are named', async () => {
  beat({ a: 'stuck', b: 'away' });
  await until(() => told.some(({ STATUS }) => STATUS === 'not alive: a (no answer in 20 ms); b (away)'));
  expect(fed()).toBe(0);
});

test('a service manager that cannot be told ends nothing', async () => {
  let tried = 0;
  beat({ a: 'alive' }, () => {
    tried += 1;
    throw new Error('no socket');
  });
  await until(() => tried >= 2);
  expect(lines[0]?.msg).toContain('could not be told');
});
