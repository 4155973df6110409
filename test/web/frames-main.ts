import { setTimeout } from 'node:timers/promises';
import { openBrowser } from '../sim/page/person.ts';
import { Staff } from './staff.ts';
import { County } from './stand-in/county.ts';
import { serveConsole } from './stand-in/server.ts';

const PHONES = { units: 100, each: 50 };
const SECONDS = 20;

/** Ways in which 5,000 phones change: so many, so often (ms). */
const WAYS = [
  { name: '500 phones ten times a second', count: 500, every: 100, scroll: false },
  { name: 'the same, while the list is scrolled', count: 500, every: 100, scroll: true },
  { name: 'all 5,000 at once, each second', count: 5_000, every: 1_000, scroll: false },
] as const;

// How long frames of the control room take while 5,000 phones change: what is between two of the browser's frames, beside a stand-in of the platform.
const browser = await openBrowser();
try {
  for (const { name, count, every, scroll } of WAYS) {
    const county = new County(PHONES);
    const served = await serveConsole(county);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const staff = new Staff(await context.newPage());
    await staff.signIn(served.url);
    await staff.reads('5000 phones');
    await setTimeout(2_000);
    const metrics = await context.newCDPSession(staff.page);
    await metrics.send('Performance.enable');
    const busy = async (): Promise<number> =>
      (await metrics.send('Performance.getMetrics')).metrics.find((one) => one.name === 'TaskDuration')?.value ?? 0;
    const timer = setInterval(() => county.stir(count), every);
    const before = await busy();
    const frames = (await staff.page.evaluate(`new Promise((resolve) => {
      const frames = [];
      let last = performance.now();
      const end = last + ${SECONDS * 1_000};
      requestAnimationFrame(function frame(now) {
        frames.push(now - last);
        last = now;
        if (${scroll}) scrollBy(0, 60);
        if (now < end) requestAnimationFrame(frame);
        else resolve(frames);
      });
    })`)) as number[];
    const worked = (((await busy()) - before) / SECONDS) * 100;
    clearInterval(timer);
    const sorted = frames.sort((a, b) => a - b);
    const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1);
    console.log(
      `${name}: ${frames.length} frames, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; the page's thread was busy ${worked.toFixed(0)}% of the time`,
    );
    await context.close();
    await served.close();
  }
} finally {
  await browser.close();
}
