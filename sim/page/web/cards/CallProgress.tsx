import { useEffect, useState } from 'preact/hooks';
import { clock } from '../../../../src/web/kit/clock.ts';
import type { Snapshot } from '../../../world/port.ts';
import { engineers } from '../engineers.ts';
import { phaseBefore, snapshot, snapshotAt } from '../state.ts';
import { timeOfDay } from '../view/time.ts';
import { endedWell, endingWords, LANGUAGE_WORDS, money, PHASE_WORDS, RECORDING_WORDS, STEPS } from '../words.ts';

/** Time since the last snapshot, ms, running on while `active`. */
function useRunning(active: boolean): number {
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    if (!active) return;
    const timer = window.setInterval(() => setNow(performance.now()), 100);
    return () => window.clearInterval(timer);
  }, [active]);
  return active ? Math.max(0, Math.min(2_000, now - snapshotAt.value)) : 0;
}

function Line({ now }: { now: Snapshot }) {
  const current = STEPS.findIndex(({ phases }) => phases.includes(now.phase));
  const failed =
    now.phase === 'ended' && now.ending !== null && !endedWell(now.ending)
      ? STEPS.findIndex(({ phases }) => phases.includes(phaseBefore.value))
      : -1;
  // How far it came: a call that ended before talking has not been through what lies between.
  const reached = now.phase === 'ended' ? STEPS.findIndex(({ phases }) => phases.includes(phaseBefore.value)) : current;
  return (
    <ol class="line" aria-label="Phases of the call">
      {STEPS.map(({ name }, i) => {
        const look = i === failed ? 'failed' : i === current ? 'current' : i <= reached ? 'done' : 'todo';
        return (
          <li key={name} class={look} {...(i === current ? { 'aria-current': 'step' as const } : {})}>
            <span>{name}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Figure({ name, value, look = '' }: { name: string; value: string; look?: string }) {
  return (
    <div class={`figure ${look}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The call as it goes: phase, time talked and left, money, language, and why it ended. */
export function CallProgress() {
  const now = snapshot.value;
  const talking = now?.phase === 'talking' && now.talked !== null;
  const running = useRunning(talking);
  if (!now) return null;
  const talked = now.talked === null ? null : now.talked + running;
  const left = now.left === null ? null : Math.max(0, now.left - running);
  const over = now.phase === 'ended' || now.phase === 'idle';
  const ending = over ? now.ending : null;
  const share = talked !== null && left !== null && talked + left > 0 ? left / (talked + left) : null;
  return (
    <section class="card call" aria-labelledby="call">
      <header>
        <h2 id="call">The call</h2>
        <p class={`sentence ${now.phase}`} aria-live="polite">
          {now.lockdown.state !== 'open' && now.phase === 'idle'
            ? `No calls: ${now.lockdown.source} is under ${now.lockdown.state}.`
            : PHASE_WORDS[now.phase]}
        </p>
      </header>
      <Line now={now} />
      <dl class="figures">
        <Figure name="Talked" value={talked === null ? '–' : clock(talked)} />
        <Figure
          name="Left"
          value={left === null ? '–' : clock(left + 999)}
          look={left !== null && left < 60_000 ? 'soon' : ''}
        />
        <Figure name="Money after" value={now.balance === null ? '–' : money(now.balance)} />
        {engineers.value && <Figure name="Heard (1–5)" value={now.mos === null ? '–' : now.mos.toFixed(1)} />}
        <Figure name="Language" value={now.language ? LANGUAGE_WORDS[now.language] : '–'} />
      </dl>
      <div class="time-bar" aria-hidden="true">
        <div style={{ transform: `scaleX(${share ?? 0})` }} class={left !== null && left < 60_000 ? 'soon' : ''} />
      </div>
      <div class="told">
        <p class="recording">{now.recording === null ? '' : RECORDING_WORDS[now.recording]}</p>
        <p class="other-voice" role="alert">
          {now.otherVoice ? `Another voice has the handset since ${timeOfDay(now.otherVoice.since)}.` : ''}
        </p>
        <p class={`ending ${ending === null ? 'none' : endedWell(ending) ? 'well' : 'badly'}`} role="status">
          {ending === null ? '' : `Last ending: ${endingWords(ending)}`}
        </p>
      </div>
    </section>
  );
}
