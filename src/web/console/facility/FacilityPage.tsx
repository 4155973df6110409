import { Facility } from '../../../protocol/api/facilities.ts';
import { here } from '../account/session.ts';
import { Greeting } from '../greeting/Greeting.tsx';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';
import { CallRules } from './CallRules.tsx';
import { HolidayList } from './HolidayList.tsx';
import { Hotlines } from './Hotlines.tsx';
import { PhoneRules } from './PhoneRules.tsx';
import { Units } from './Units.tsx';

/** A facility as it is set up: when and how long calls may be, its units, and how its phones treat a call. */
export function FacilityPage() {
  const path = `/facilities/${here.value?.facility ?? ''}` as const;
  const { answer, wrong, again } = useAsked(path, Facility);
  return (
    <div class="pages">
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      {!answer && !wrong && <p class="wait">{words.value.loading}</p>}
      {answer && (
        <>
          <CallRules facility={answer} path={path} onChange={again} />
          <HolidayList facility={answer} path={path} onChange={again} />
          <Units facility={answer} path={path} onChange={again} />
          <PhoneRules path={path} />
          <Greeting path={path} />
          <Hotlines path={path} />
        </>
      )}
    </div>
  );
}
