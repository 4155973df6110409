import type { Duplex } from 'node:stream';

const gathering = new WeakSet<Duplex>();

/** What is written to a stream in this turn of the loop goes to the system all together: each message by itself costs it as much as all. */
export function gather(stream: Duplex): void {
  if (gathering.has(stream)) return;
  gathering.add(stream);
  stream.cork();
  setImmediate(() => {
    gathering.delete(stream);
    stream.uncork();
  });
}
