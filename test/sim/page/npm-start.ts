import { Program } from '../../process/program.ts';
import { openBrowser, Person } from './person.ts';

/**
 * A person at the page of `npm start`, whose data are in the folder `data`; his microphone is the WAV file `microphone`, where one is given.
 * `leave` ends both.
 */
export async function visitNpmStart(data: string, microphone?: string) {
  const start = new Program('sim/main.js', ['--port', '0', '--data', data]);
  const open: (() => Promise<unknown>)[] = [() => start.stop()];
  const leave = async () => {
    for (const end of open.splice(0).reverse()) await end();
  };
  try {
    const url = /http:\S+/.exec(await start.until(/The doors are at http/))?.[0] ?? '';
    const browser = await openBrowser(microphone);
    open.push(() => browser.close());
    const person = new Person(await browser.newPage({ viewport: { width: 1400, height: 1000 } }));
    await person.visit(url);
    return { person, url, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}
