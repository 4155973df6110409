import { useEffect, useRef } from 'preact/hooks';
import type { Channel } from '../../sound.ts';
import { needle } from '../sound/meter.ts';

const FLOOR_DB = -60;
const SAID_EVERY_MS = 500;
/** 25 pictures a second: smooth to the eye, and half the work on a machine that draws in software. */
const DRAWN_EVERY_MS = 40;

/** A level meter from -60 dB to full scale. */
export function Meter({ channel, label }: { channel: Channel; label: string }) {
  const meter = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let said = 0;
    let shown = -1;
    let drawn = 0;
    let frame = requestAnimationFrame(function draw(now) {
      frame = requestAnimationFrame(draw);
      if (now - drawn < DRAWN_EVERY_MS) return;
      drawn = now;
      const element = meter.current;
      const level = needle(channel);
      const share = Math.round((1 - level / FLOOR_DB) * 100) / 100;
      if (element && share !== shown) {
        element.style.setProperty('--level', String(share));
        shown = share;
        if (now - said > SAID_EVERY_MS) {
          said = now;
          element.setAttribute('aria-valuenow', String(Math.round(level)));
        }
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [channel]);
  return (
    <div class="meter-row">
      <span id={`meter-${channel}`}>{label}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> can be neither drawn nor moved as a needle is */}
      <div
        ref={meter}
        class="meter"
        role="meter"
        aria-labelledby={`meter-${channel}`}
        aria-valuemin={FLOOR_DB}
        aria-valuemax={0}
        aria-valuenow={FLOOR_DB}
      />
    </div>
  );
}
