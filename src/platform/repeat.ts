/** Does work again and again: first after `first` ms, then `every` ms after each end. Gives what stops it, once the work under way is over. */
export function repeat(work: () => Promise<void>, { first, every }: { first: number; every: number }) {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const schedule = (ms: number) => {
    timer = setTimeout(() => {
      running = work().then(() => {
        if (!stopped) schedule(every);
      });
    }, ms);
  };
  schedule(first);
  return (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
