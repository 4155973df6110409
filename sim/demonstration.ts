import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { VoiceRules } from '../src/platform/callers/voiceprints/rules.ts';
import { canServe, servePage } from './page/server.ts';
import { forgetWorld } from './world/folder.ts';
import type { World } from './world/port.ts';
import type { Voices } from './world/voices.ts';
import { openWorld } from './world/world.ts';

/** What a demonstration is started with, as `npm start -- --help` has it. */
export interface Demonstration {
  readonly port: number;
  readonly controlRoom?: number;
  readonly data: string;
  readonly postgres?: string;
}

/** One is known by her voice, one is asked to enrol; of the others nothing is asked. */
const VOICES: Voices = {
  facility: VoiceRules.parse({ enrol: 'asked', refused: 'refuse', unjudged: 'flag', watch: { act: 'none' } }),
  enrolled: ['maria'],
  asked: ['james'],
};

export const HOST = '127.0.0.1';
export const LAST_PORT = 65_535;
/** What can be played, and where on the page. */
export const DOORS = [
  ['the phone', '#/phone'],
  ['the called party', '#/called-party'],
  ['both', '#/both'],
  ['the control room', 'control-room'],
] as const;

/** The world and its page as they run now. */
interface Running {
  readonly world: World;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the world and its page, says where they are, and starts both anew as often as the page asks for it. */
export async function openDemonstration(
  { data, port, controlRoom, postgres }: Demonstration,
  log: Logger,
): Promise<{ close(): Promise<void>; readonly failed: Promise<Error> }> {
  const folder = resolve(data);
  // Looked at first: whoever has to choose another port should know before the world is built.
  const pagePort = await canServe(HOST, port);
  const httpPort = await canServe(HOST, controlRoom ?? (port === 0 || port === LAST_PORT ? 0 : port + 1));
  let fail: (cause: Error) => void = () => undefined;
  const failed = new Promise<Error>((told) => {
    fail = told;
  });
  const run = async (): Promise<Running> => {
    const world = await openWorld({
      ...{ folder, log, voices: VOICES, neighbours: true, httpPort },
      // Whoever has a database of his own clears it himself.
      ...(postgres === undefined ? { startOver } : { postgres }),
    });
    try {
      const page = await servePage(world, { host: HOST, port: pagePort });
      return { world, url: page.url, close: () => page.close().finally(world.close) };
    } catch (error) {
      await world.close();
      throw error;
    }
  };
  const anew = async (before: Running): Promise<Running> => {
    await before.close();
    forgetWorld(folder);
    return run();
  };
  let turning = false;
  const startOver = (): void => {
    if (turning) return;
    turning = true;
    running = running.then(anew);
    running.then(
      () => {
        turning = false;
      },
      (cause: Error) => fail(cause),
    );
  };
  console.log(
    'Starting broker, platform, called party and terminal; the first time takes longer, as keys and database are made.',
  );
  let running = run();
  tell(await running, folder);
  // One that could not be started anew has closed what it had, and was told.
  return {
    close: () =>
      running.then(
        (now) => now.close(),
        () => undefined,
      ),
    failed,
  };
}

function tell({ world, url }: Running, folder: string): void {
  console.log(`\n  The doors are at ${url}\n`);
  for (const [door, path] of DOORS) console.log(`    ${door.padEnd(16)}  ${url}${path}`);
  console.log('\n  Lift the handset, then key');
  for (const { name, pin, number, note } of world.tryThis) {
    const keys = pin ? `PIN ${pin}, number ${number} #` : number;
    console.log(`    ${keys.padEnd(34)}  ${name}${note ? ` (${note})` : ''}`);
  }
  console.log('\n  Ctrl-C ends it; what happened is kept in', folder, '\n');
}
