import { Ear } from './ear.ts';
import { CannotLoad, check, type Models } from './loading.ts';
import type { Ask, Told } from './messages.ts';
import { loadSherpa } from './sherpa.ts';

/** The process that hears voices: a native library and its models, which may take it down. Started by `engine.ts`. */
// Checked by who started us: a schema library here would take 3 MB more of what this process may have.
const models = JSON.parse(process.argv[2] ?? '') as Models;
const { gc } = globalThis;
const tell = (told: Told, then = () => {}) => process.send?.(told, then);
const rss = () => process.memoryUsage.rss();

// Whoever started us is gone.
process.once('disconnect', () => process.exit());

try {
  check(models);
  const ear = new Ear(loadSherpa(), models);
  process.on('message', (ask: Ask) => hear(ear, ask));
  tell({ type: 'ready', rss: rss() });
} catch (error) {
  const reason = error instanceof CannotLoad ? error.reason : 'failed';
  tell({ type: 'cannot', reason, detail: lineOf(error) }, () => process.exit());
}

function hear(ear: Ear, { id, answer, of }: Ask): void {
  try {
    tell({ type: 'features', id, features: ear.hear(answer, of), rss: rss() });
  } catch (error) {
    tell({ type: 'failed', id, detail: lineOf(error), rss: rss() });
  }
  // After the answer is on its way: what the library holds is given back by the collector alone, which does not see how much it is.
  setImmediate(() => gc?.());
}

function lineOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
