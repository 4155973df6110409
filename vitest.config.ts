import { defineConfig } from 'vitest/config';

/** Run when all others are done: a contest at real time, in which a stall of ours that another test makes would count against us. */
const ALONE = ['test/quality/quality.test.ts'];

/** After those, with the machine to themselves: sound in a browser is at real time too, and is heard again after a break only where it keeps up. */
const BROWSER = [
  'test/sim/page/page.test.ts',
  'test/sim/page/voice.test.ts',
  'test/web/**/*.test.ts',
  'test/process/control-room.test.ts',
  'test/process/claiming/page.test.ts',
];

/** Run by `npm run test:hil`: they want a network of their own, and most of the machine. */
const HIL = ['test/hil/**/*.test.ts', 'test/deploy/first-site.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers than that and real-time media in one test starves in another.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ['dist/**', 'node_modules/**', ...ALONE, ...BROWSER, ...HIL],
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'browser', include: BROWSER, retry: 1, sequence: { groupOrder: 2 } } },
      { extends: true, test: { name: 'hil', include: HIL, sequence: { groupOrder: 3 } } },
    ],
  },
});
