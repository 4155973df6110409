import { setTimeout as pause } from 'node:timers/promises';
import type { Millis } from '../../src/protocol/units.ts';
import { Pair } from './pair.ts';
import { newCall } from './world.ts';

/** How long after `kill -9` of one of two platforms its facilities are answered by the other: `npm run pair -- 10` kills ten. */
const kills = Number(process.argv[2] ?? 5);
const FACILITIES = ['ash', 'birch', 'cedar', 'date'];

const pair = await Pair.open();
for (const facility of FACILITIES) await pair.import(facility);
const phones = new Map(await Promise.all(FACILITIES.map(async (id) => [id, await pair.phone(id, 1_000)] as const)));
const start = async (name: string) => {
  const running = await pair.start(name);
  await running.program.until(/platform is up/);
  return running;
};
let [dying, staying] = [await start('east'), await start('west')];
const waits: number[] = [];
for (let kill = 1; kill <= kills; kill++) {
  while ((await dying.serves()).length !== 2 || (await staying.serves()).length !== 2) await pause(50);
  const orphans = await dying.serves();
  const killed = performance.now();
  await dying.program.stop('SIGKILL');
  await Promise.all(
    orphans.map(async (facility) => {
      // Asked anew all the time: the first answer says when it is served again.
      const ask = () => phones.get(facility)?.ask({ type: 'end', call: newCall(), request: 1, used: 0 as Millis });
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          void ask()?.then(() => {
            clearInterval(timer);
            resolve();
          });
        }, 100);
      });
      waits.push(Math.round(performance.now() - killed));
    }),
  );
  process.stdout.write(`kill ${kill}: served again after ${waits.slice(-2).join(' and ')} ms\n`);
  [dying, staying] = [staying, await start(kill % 2 === 1 ? 'east' : 'west')];
}
process.stdout.write(`${kills} kills: longest ${Math.max(...waits)} ms, shortest ${Math.min(...waits)} ms\n`);
await pair.close();
