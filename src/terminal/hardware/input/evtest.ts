/** What evtest tells of a device. */
export type EvtestSays =
  /** A key by its name in Linux. Repeats of a key held are left out. */
  | { type: 'key'; code: string; down: boolean }
  /** The kernel had to drop events: what is down must be asked for anew. */
  | { type: 'dropped' }
  /** It has opened the device, and taken it for itself unless `grabbed` follows at once. */
  | { type: 'open' }
  /** Another program has taken the device for itself: nothing will come. */
  | { type: 'grabbed' };

const LONGEST_LINE = 512;

/** Reads what `evtest --grab` prints (evtest 1.35). */
export class EvtestOutput {
  #held = '';

  /** What is told by these characters. Lines that tell nothing of keys are passed over. */
  push(text: string): EvtestSays[] {
    const lines = (this.#held + text).split('\n');
    // A line without end is not evtest's.
    this.#held = (lines.pop() ?? '').slice(-LONGEST_LINE);
    return lines.flatMap(read);
  }
}

function read(line: string): EvtestSays[] {
  const [, code, value] = /^Event: time [\d.]+, type 1 \(EV_KEY\), code \d+ \((\w+)\), value ([01])$/.exec(line) ?? [];
  if (code !== undefined) return [{ type: 'key', code, down: value === '1' }];
  if (line.startsWith('Event: ') && line.includes('SYN_DROPPED')) return [{ type: 'dropped' }];
  if (line.startsWith('Testing ...')) return [{ type: 'open' }];
  if (line.includes('grabbed by another process')) return [{ type: 'grabbed' }];
  return [];
}
