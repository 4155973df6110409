import { LiveEvent } from '../../../src/protocol/api/live.ts';

/** Listens to a stream of Server-Sent Events until `close`; every event is as its schema says, or `next` fails. */
export async function listen(url: string, headers: Record<string, string>) {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const events: LiveEvent[] = [];
  let failed: unknown = null;
  let told: () => void = () => undefined;
  const body = response.body?.pipeThrough(new TextDecoderStream());
  const read = async () => {
    let rest = '';
    for await (const text of body ?? []) {
      const parts = (rest + text).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.startsWith('data: ')) events.push(LiveEvent.parse(JSON.parse(part.slice(6))));
      told();
    }
  };
  const reading = read().catch((error: unknown) => {
    failed = error;
    told();
  });
  return {
    response,
    events,
    /** The first event from now on that is as wanted. */
    async next(wanted: (event: LiveEvent) => boolean): Promise<LiveEvent> {
      for (;;) {
        const at = events.findIndex(wanted);
        const [found] = at < 0 ? [] : events.splice(0, at + 1).slice(-1);
        if (found) return found;
        if (failed) throw failed;
        await new Promise<void>((resolve) => {
          told = resolve;
        });
      }
    },
    async close(): Promise<void> {
      stop.abort();
      await reading;
    },
  };
}
