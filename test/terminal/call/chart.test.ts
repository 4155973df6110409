import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { chart } from './chart.ts';
import { explore } from './explore.ts';

const README = join(packageRoot(), 'src/terminal/call/README.md');
const PART = /(<!-- chart -->\n)[\s\S]*(\n<!-- end of chart -->)/;

it('the chart in the README is what the code does', () => {
  const text = readFileSync(README, 'utf8');
  const now = text.replace(PART, (_, start, end) => `${start}${chart(explore())}${end}`);
  if (process.env.TIERPHONE_CHART === 'write') writeFileSync(README, now);
  else expect(text, 'TIERPHONE_CHART=write npx vitest run test/terminal/call/chart.test.ts writes it anew').toBe(now);
});
