import { useEffect } from 'preact/hooks';
import { AnnouncedBoxes, Claims } from '../../../protocol/api/claims.ts';
import { Facility } from '../../../protocol/api/facilities.ts';
import { here, may } from '../account/session.ts';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';
import { CardFile } from './CardFile.tsx';
import { ClaimedList } from './ClaimedList.tsx';
import { ClaimForm } from './ClaimForm.tsx';
import { ExpectedBoxes } from './ExpectedBoxes.tsx';
import { placesOf } from './places.ts';

/** While a phone has not come for what it needs, it is looked so often, ms. */
const LOOKED_EVERY = 10_000;

/** For a technician at a phone, on his own telephone: it is claimed by six digits, replaced, taken out of service. */
export function Fitting() {
  const w = words.value;
  const path = `/facilities/${here.value?.facility ?? ''}` as const;
  const facility = useAsked(path, Facility);
  const claims = useAsked(`${path}/claims`, Claims);
  const announced = useAsked(`${path}/announced`, AnnouncedBoxes);
  const someWait = claims.answer?.items.some(({ issued }) => issued === null) ?? false;
  useEffect(() => {
    if (!someWait) return;
    const timer = setInterval(claims.again, LOOKED_EVERY);
    return () => clearInterval(timer);
  }, [someWait, claims.again]);
  const again = (): void => {
    for (const one of [facility, claims, announced]) one.again();
  };
  const wrong = facility.wrong || claims.wrong || announced.wrong;
  return (
    <div class="pages fitting">
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      {facility.answer && claims.answer && announced.answer ? (
        <>
          {may('terminals.change') && (
            <ClaimForm
              path={`${path}/claims`}
              places={placesOf(facility.answer, claims.answer.items)}
              units={facility.answer.units.map(({ unit }) => unit)}
              expected={announced.answer.items.map(({ terminal }) => terminal)}
              onClaimed={again}
            />
          )}
          <ClaimedList path={path} claims={claims.answer.items} onChange={again} />
          <ExpectedBoxes path={path} expected={announced.answer.items} onChange={again} />
        </>
      ) : (
        !wrong && <p class="wait">{w.loading}</p>
      )}
      <CardFile />
    </div>
  );
}
