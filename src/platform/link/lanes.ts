/** A piece of work; it never rejects. */
type Job = () => Promise<void>;

/**
 * Runs the work of each lane in the order it came, and of so many lanes at a time. Bounded: one lane that is
 * full drops what comes (a flood from one terminal is that terminal's loss), all of them full make the giver wait.
 */
export class Lanes {
  readonly #lanes = new Map<string, Job[]>();
  readonly #ready: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #bounds: { atOnce: number; perLane: number; inAll: number };
  #running = 0;
  #size = 0;
  /** Told of the end of the next job. */
  readonly #ended: (() => void)[] = [];

  constructor(bounds: { atOnce: number; perLane: number; inAll: number }) {
    this.#bounds = bounds;
  }

  /** Takes a job, waiting for room. False where the lane is full: the job is dropped. */
  async put(lane: string, job: Job): Promise<boolean> {
    while (this.#size >= this.#bounds.inAll) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const jobs = this.#lanes.get(lane);
    if (jobs && jobs.length >= this.#bounds.perLane) return false;
    this.#size++;
    if (jobs) jobs.push(job);
    else {
      this.#lanes.set(lane, [job]);
      this.#ready.push(lane);
      this.#start();
    }
    return true;
  }

  /** Resolves when nothing is left to do in the lanes that are asked for. */
  async idle(which: (lane: string) => boolean = () => true): Promise<void> {
    while ([...this.#lanes.keys()].some(which)) await new Promise<void>((resolve) => this.#ended.push(resolve));
  }

  #start(): void {
    while (this.#running < this.#bounds.atOnce) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      this.#running++;
      void this.#next(lane);
    }
  }

  /** One job of a lane; then the lane goes to the end of the line, so that each has its turn. */
  async #next(lane: string): Promise<void> {
    const jobs = this.#lanes.get(lane) ?? [];
    await jobs[0]?.();
    jobs.shift();
    this.#running--;
    this.#size--;
    if (jobs.length > 0) this.#ready.push(lane);
    else this.#lanes.delete(lane);
    this.#waiting.shift()?.();
    for (const resolve of this.#ended.splice(0)) resolve();
    this.#start();
  }
}
