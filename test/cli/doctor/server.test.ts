import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { connectionFindings } from '../../../src/cli/doctor/server.ts';
import { doctorCommand } from '../../../src/cli/doctor.ts';
import { freePort, hasMosquitto, listening } from '../../terminal/fleet/brokers.ts';
import { command } from '../run.ts';

test.skipIf(!hasMosquitto)('a broker as Debian starts it is told to be too small for 5,000 phones', async () => {
  const port = await freePort();
  const broker = spawn('sh', ['-c', `ulimit -n 1024 && exec mosquitto -p ${port}`], { stdio: 'ignore' });
  await listening(port);
  const pid = broker.pid ?? 0;
  // Of others that run on this machine nothing is known.
  const told = async (...args: string[]) => {
    const { out, code } = await command(doctorCommand(), args);
    return { out: out.split('\n').filter((line) => line.includes(`process ${pid}`)), code };
  };
  const site = await told('--phones', '5000');
  expect(site.code).toBe(1);
  expect(site.out).toEqual([
    `NO CALLS  the broker (process ${pid}) may have 1024 files and connections open; 5000 phones want 10100`,
  ]);
  expect((await told('--phones', '800')).out).toEqual([expect.stringMatching(/^soon .* 800 phones want 1700$/)]);
  expect((await told('--phones', '400')).out).toEqual([]);
  broker.kill();
  await once(broker, 'exit');
});

test('what cannot be seen is not complained of, and a number that is none is refused', async () => {
  expect(connectionFindings(2 ** 22 + 1, 5_000)).toEqual([]);
  expect(await command(doctorCommand(), ['--phones', 'many'])).toMatchObject({ code: 2 });
});
