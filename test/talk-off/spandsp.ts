import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { compile } from '../compile.ts';
import type { Detector, FoundKey } from './found.ts';

/** Spandsp's receiver in a program made of `spandsp.c`; `close` takes the program away. */
export interface Spandsp {
  detect: Detector;
  close(): void;
}

/** Whether gcc and spandsp's header are here. */
export function hasSpandsp(): boolean {
  try {
    execFileSync('gcc', ['-E', '-x', 'c', '-include', 'spandsp.h', '/dev/null'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Makes the program. Throws an Error where gcc or libspandsp-dev is missing, with what gcc said. */
export function openSpandsp(): Spandsp {
  const { program, close } = compile('test/talk-off/spandsp.c', ['-lspandsp'], ['libspandsp-dev']);
  return {
    detect: async (samples) => {
      const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
      const ended = once(child, 'close');
      child.stdin.end(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      const lines = (await text(child.stdout)).trim().split('\n');
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`the spandsp program ended with ${code}`);
      const cost = Number(lines.pop()?.replace('cost ', ''));
      const found = lines.map((line): FoundKey => ({ at: Number.parseInt(line, 10), key: line.slice(-1) }));
      return { found, cost };
    },
    close,
  };
}
