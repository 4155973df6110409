import { lifted } from '../state.ts';
import { toggleHook } from './keys.ts';
import { useSpring } from './spring.ts';

/** Where the cord leaves the plate. */
const GROMMET = { x: 146, y: 508 };
/** What the handset turns about. */
const CENTRE = { x: 80, y: 240 };
const LIFT = { x: -20, y: -34, turn: -13 };
/** Where the cord joins the handset while it hangs. */
const JOINT = { x: 80, y: 440 };

/** The joint after the handset was moved and turned by the share `p` of the whole way. */
function joint(p: number): { x: number; y: number } {
  const angle = (LIFT.turn * p * Math.PI) / 180;
  const dx = JOINT.x - CENTRE.x;
  const dy = JOINT.y - CENTRE.y;
  return {
    x: CENTRE.x + LIFT.x * p + dx * Math.cos(angle) - dy * Math.sin(angle),
    y: CENTRE.y + LIFT.y * p + dx * Math.sin(angle) + dy * Math.cos(angle),
  };
}

function cord(p: number): string {
  const from = joint(p);
  // It leaves the handset in its axis and hangs from there; lifted, more of it hangs free.
  const lean = -LIFT.turn * p * 0.6;
  return `M${from.x} ${from.y} C${from.x + lean} ${from.y + 78 + 62 * p} ${GROMMET.x - 34 * p} ${GROMMET.y + 78 + 18 * p} ${GROMMET.x} ${GROMMET.y}`;
}

/** The armoured handset on its cradle: press to lift it or to put it down. */
export function Handset() {
  const off = lifted.value;
  const p = useSpring(off ? 1 : 0);
  const line = cord(p);
  return (
    <button
      type="button"
      class="handset"
      aria-pressed={off}
      aria-label="Handset lifted"
      title={off ? 'Hang up (Space or L)' : 'Lift the handset (Space or L)'}
      onClick={toggleHook}
    >
      <svg viewBox="0 0 176 590" aria-hidden="true" focusable="false">
        <defs>
          <linearGradient id="bakelite" x1="0" x2="1">
            <stop offset="0" stop-color="#0c0d0f" />
            <stop offset=".2" stop-color="#4a4e55" />
            <stop offset=".36" stop-color="#26292d" />
            <stop offset=".8" stop-color="#15171a" />
            <stop offset="1" stop-color="#060708" />
          </linearGradient>
          <linearGradient id="recess" x1="0" x2="0" y1="0" y2="1">
            <stop offset="0" stop-color="#3d434a" />
            <stop offset=".08" stop-color="#5b636b" />
            <stop offset="1" stop-color="#6f7881" />
          </linearGradient>
          <linearGradient id="chrome" x1="0" x2="1">
            <stop offset="0" stop-color="#6d757d" />
            <stop offset=".35" stop-color="#f1f4f6" />
            <stop offset=".6" stop-color="#9aa3ab" />
            <stop offset="1" stop-color="#565d64" />
          </linearGradient>
          <radialGradient id="cup" cx=".5" cy=".4">
            <stop offset="0" stop-color="#1c1f23" />
            <stop offset=".8" stop-color="#33383e" />
            <stop offset="1" stop-color="#4b525a" />
          </radialGradient>
        </defs>
        <rect x="22" y="34" width="116" height="432" rx="22" fill="url(#recess)" stroke="#2c3137" stroke-width="1.5" />
        <rect x="24" y="36" width="112" height="428" rx="20" fill="none" stroke="#aab3bb" stroke-opacity=".5" />
        <circle cx="80" cy="106" r="40" fill="url(#cup)" />
        <circle cx="80" cy="376" r="40" fill="url(#cup)" />
        <g transform={`translate(0 ${-14 * p})`}>
          <rect x="48" y="160" width="64" height="15" rx="6" fill="url(#chrome)" stroke="#3b4147" stroke-width=".8" />
          <rect x="73" y="170" width="14" height="34" rx="4" fill="url(#chrome)" stroke="#3b4147" stroke-width=".8" />
        </g>
        <g fill="none" stroke-linecap="round">
          <path d={line} stroke="#000" stroke-opacity=".28" stroke-width="12" transform="translate(4 5)" />
          <path d={line} stroke="#59616a" stroke-width="11" />
          <path d={line} stroke="#c3cad0" stroke-width="10" stroke-dasharray="2.6 2.4" stroke-linecap="butt" />
          <path d={line} stroke="#fff" stroke-opacity=".35" stroke-width="2.5" transform="translate(-2 -1)" />
        </g>
        <g>
          <circle cx={GROMMET.x} cy={GROMMET.y} r="13" fill="url(#chrome)" stroke="#3b4147" />
          <circle cx={GROMMET.x} cy={GROMMET.y} r="7.5" fill="#23272b" />
        </g>
        <g
          transform={`translate(${LIFT.x * p} ${LIFT.y * p}) rotate(${LIFT.turn * p} ${CENTRE.x} ${CENTRE.y})`}
          class="handset-body"
        >
          <path
            d="M38 98c0-27 16-44 42-44s42 17 42 44c0 20-6 34-17 42-4 3-5 7-5 13v174c0 6 1 10 5 13 11 8 17 22 17 42 0 27-16 44-42 44s-42-17-42-44c0-20 6-34 17-42 4-3 5-7 5-13V153c0-6-1-10-5-13-11-8-17-22-17-42z"
            transform={`translate(${3 + 9 * p} ${5 + 12 * p})`}
            fill="#000"
            opacity={0.4 - 0.12 * p}
          />
          <rect x="69" y="418" width="22" height="26" rx="5" fill="url(#chrome)" stroke="#3b4147" stroke-width=".8" />
          <path
            d="M38 98c0-27 16-44 42-44s42 17 42 44c0 20-6 34-17 42-4 3-5 7-5 13v174c0 6 1 10 5 13 11 8 17 22 17 42 0 27-16 44-42 44s-42-17-42-44c0-20 6-34 17-42 4-3 5-7 5-13V153c0-6-1-10-5-13-11-8-17-22-17-42z"
            fill="url(#bakelite)"
            stroke="#050506"
            stroke-width="1.2"
          />
          <path
            d="M50 78c6-12 15-17 27-18M67 158v166M50 362c-3 22 2 40 14 50"
            fill="none"
            stroke="#fff"
            stroke-opacity=".32"
            stroke-width="2.6"
            stroke-linecap="round"
          />
          <path
            d="M41 112c6 16 20 24 39 24s33-8 39-24M41 368c6-16 20-24 39-24s33 8 39 24"
            fill="none"
            stroke="#000"
            stroke-opacity=".6"
            stroke-width="2"
          />
        </g>
      </svg>
    </button>
  );
}
