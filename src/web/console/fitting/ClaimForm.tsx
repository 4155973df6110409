import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { Claimed } from '../../../protocol/api/claims.ts';
import type { UnitId } from '../../../protocol/units.ts';
import { ask, Problem } from '../api/ask.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { ClaimResult } from './ClaimResult.tsx';
import { type Chosen, PlaceField } from './PlaceField.tsx';
import type { Place } from './places.ts';

/** What a technician does at the phone: says where it hangs, and types what its handset says. */
export function ClaimForm(props: {
  /** Of the facility's claims. */
  path: `/${string}`;
  places: readonly Place[];
  units: readonly UnitId[];
  /** Where the boxes go that are expected. */
  expected: readonly string[];
  onClaimed: () => void;
}) {
  const w = words.value.fitting;
  const { places, expected, onClaimed } = props;
  const [picked, setPicked] = useState<Chosen | null>(null);
  const [code, setCode] = useState('');
  const [mayReplace, setMayReplace] = useState(false);
  const [done, setDone] = useState<z.infer<typeof Claimed> | null>(null);
  const chosen = picked ?? (expected.length > 0 ? '' : null);
  const there = places.find(({ terminal }) => terminal === chosen)?.serial ?? null;
  const otherwise = (): void => setMayReplace(false);

  const { wrong, busy, submit } = useForm(async (form) => {
    setDone(null);
    if (chosen === null) throw new Problem(0, w.pickPlace);
    const unit = textOf(form, 'unit');
    const place = { ...(chosen && { terminal: chosen }), ...(unit && { unit }) };
    const wanted = { code, ...place, replace: form.has('replace') };
    try {
      setDone(await ask('POST', props.path, Claimed, wanted));
    } catch (error) {
      const isTaken = (name: string) => places.some(({ terminal, serial }) => terminal === name && serial !== null);
      const maybe = chosen === '' ? expected.some(isTaken) : isTaken(chosen);
      setMayReplace(error instanceof Problem && error.status === 409 && maybe);
      // Somebody else may have claimed meanwhile: what there is, is asked for anew.
      onClaimed();
      throw error;
    }
    setCode('');
    setPicked(null);
    otherwise();
    onClaimed();
  });

  return (
    <section class="card claim" aria-labelledby="claim">
      <header>
        <h2 id="claim">{w.title}</h2>
      </header>
      <p>{w.how}</p>
      <form onSubmit={submit}>
        <PlaceField
          {...{ places, units: props.units, expected: expected.length, chosen }}
          onChoose={(now) => {
            setPicked(now);
            otherwise();
          }}
        />
        <label class="field">
          {w.code}
          <input
            type="text"
            class="six"
            name="code"
            inputMode="numeric"
            autocomplete="one-time-code"
            required
            maxLength={9}
            pattern="[0-9 \-]{6,9}"
            value={code}
            onInput={({ currentTarget }) => {
              setCode(currentTarget.value);
              otherwise();
            }}
          />
        </label>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy}>
          {w.claim}
        </button>
        {/* In a place of its own: a second tap on what claims must not put a phone out. */}
        {mayReplace && (
          <button type="submit" name="replace" value="yes" class="main danger replace" disabled={busy}>
            {w.replace(chosen === '' ? null : there)}
          </button>
        )}
      </form>
      <div role="status">{done && <ClaimResult key={`${done.terminal} ${done.says.serial}`} claimed={done} />}</div>
    </section>
  );
}
