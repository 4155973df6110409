const KEPT = 2_000;

interface Watcher {
  readonly pattern: RegExp;
  resolve(line: string): void;
}

/** Text that comes in pieces, by lines, which can be waited for. */
export class Lines {
  /** The last of them, whole ones only. */
  readonly kept: string[] = [];
  readonly #watchers = new Set<Watcher>();
  #rest = '';

  push(text: string): void {
    const parts = (this.#rest + text).split(/\r?\n/);
    this.#rest = parts.pop() ?? '';
    this.kept.push(...parts);
    this.kept.splice(0, Math.max(0, this.kept.length - KEPT));
    for (const watcher of this.#watchers) this.#look(watcher);
  }

  last(count: number): string {
    return [...this.kept.slice(-count), this.#rest].join('\n');
  }

  /** Resolves with the line that matches, past or to come. Rejects with the last lines after `limit` ms. */
  async until(pattern: RegExp, { limit }: { limit: number }): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    let watcher: Watcher | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        watcher = { pattern, resolve };
        this.#watchers.add(watcher);
        timer = setTimeout(
          () => reject(new Error(`nothing like ${pattern} in ${limit / 1_000} s:\n${this.last(20)}`)),
          limit,
        );
        this.#look(watcher);
      });
    } finally {
      clearTimeout(timer);
      if (watcher) this.#watchers.delete(watcher);
    }
  }

  #look({ pattern, resolve }: Watcher): void {
    const found = this.kept.find((line) => pattern.test(line));
    if (found !== undefined) resolve(found);
  }
}
