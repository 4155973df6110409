import { useEffect, useRef, useState } from 'preact/hooks';

const STIFFNESS = 170;
const DAMPING = 19;
const STEP = 1 / 120;

/** A number that follows `target` as a thing on a spring does; at once where the person wants no motion. */
export function useSpring(target: number): number {
  const [value, setValue] = useState(target);
  const body = useRef({ at: target, speed: 0 });

  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      body.current = { at: target, speed: 0 };
      setValue(target);
      return;
    }
    let last = performance.now();
    let frame = requestAnimationFrame(function move(now) {
      const b = body.current;
      const until = Math.min(0.064, (now - last) / 1_000);
      last = now;
      for (let t = 0; t < until; t += STEP) {
        b.speed += ((target - b.at) * STIFFNESS - b.speed * DAMPING) * STEP;
        b.at += b.speed * STEP;
      }
      if (Math.abs(target - b.at) < 0.001 && Math.abs(b.speed) < 0.01) {
        body.current = { at: target, speed: 0 };
        setValue(target);
        return;
      }
      setValue(b.at);
      frame = requestAnimationFrame(move);
    });
    return () => cancelAnimationFrame(frame);
  }, [target]);

  return value;
}
