import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { start, until } from './peers/program.ts';

test('a line of one stream of a program is whole, though the other was cut in the middle of one', async () => {
  const script = 'printf half >&2; sleep 0.3; echo i_cancel; sleep 0.3; echo " a line" >&2; printf "> "; sleep 60';
  const program = start('sh', ['-c', script], tmpdir());
  await until('both', () => program.output().includes('a line') && program.output().endsWith('> '));
  expect(program.output()).toMatch(/^i_cancel$/m);
  expect(program.output()).toMatch(/^half a line$/m);
  await program.stop();
});
