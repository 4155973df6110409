/**
 * Lets so much work be done at a time, in the order it came, and so much wait.
 * @param full called in the place of work that would have to wait behind too much; throws
 */
export function atMost(running: number, waiting: number, full: () => never): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (busy < running) busy++;
    else {
      if (queue.length >= waiting) full();
      // Who goes hands his place on: it is never free in between.
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else busy--;
    }
  };
}
