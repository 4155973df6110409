/** T1, T2 and the 64 T1 after which everybody gives up (RFC 3261 17.1.1.1), ms. */
const T1 = 500;
const T2 = 4_000;
export const GIVES_UP = 64 * T1;

/** Says something at once and again at growing pauses until it is stopped; after 64 T1 it gives up and tells so. Returns the stop. */
export function repeated(say: () => void, gaveUp: () => void): () => void {
  let pause = T1;
  let timer: NodeJS.Timeout;
  const end = setTimeout(() => {
    clearTimeout(timer);
    gaveUp();
  }, GIVES_UP);
  const go = () => {
    timer = setTimeout(go, pause);
    pause = Math.min(pause * 2, T2);
    say();
  };
  go();
  return () => {
    clearTimeout(timer);
    clearTimeout(end);
  };
}
