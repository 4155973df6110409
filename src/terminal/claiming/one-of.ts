import type { Logger } from 'pino';
import { PlatformPlace } from './config.ts';

/** A line of the log says no more of what strangers send. */
const TOLD = 5;

/**
 * The one of several addresses that is asked: the first by its letters, so that it is the same each time. Others are told of, and what is no
 * address of a platform; null where none is left. `by` is where they come from.
 */
export function oneOf(heard: readonly string[], by: string, log: Logger): string | null {
  const read = heard.map((text) => PlatformPlace.shape.url.max(500).safeParse(text));
  const good = [...new Set(read.flatMap(({ data }) => (data === undefined ? [] : [data])))].sort();
  const wrong = read.filter(({ success }) => !success).length;
  if (wrong > 0) log.warn({ wrong }, `${by}: what is said there is no address of a platform: it is passed over`);
  const [first = null, ...others] = good;
  if (others.length > 0)
    log.warn(
      { others: others.slice(0, TOLD) },
      `${by} says ${good.length} platforms: ${first} is asked; if that is the wrong one, name yours in tierphone.yaml on the boot partition`,
    );
  return first;
}
