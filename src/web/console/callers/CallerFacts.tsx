import type { z } from 'zod';
import type { CallerAndList } from '../../../protocol/api/callers.ts';
import { Facts } from '../view/Facts.tsx';
import { hourLines } from '../view/hours.ts';
import { words } from '../words/words.ts';

/** What is known of somebody. */
export function CallerFacts({ caller }: { caller: z.infer<typeof CallerAndList> }) {
  const w = words.value.callers;
  const { unit, language, limit_ms, calls_a_day, wait_ms, hours } = caller;
  const facts: [string, string | readonly string[]][] = [
    [words.value.live.unit, unit ?? w.noUnit],
    [w.language, language === null ? w.asksLanguage : w.languages[language]],
    [w.nameRecording, caller.name_recorded ? w.recorded : w.notRecorded],
    [w.limit, limit_ms === null ? w.noLimit : w.minutes(limit_ms / 60_000)],
    [w.callsADay, calls_a_day === null ? w.noCallLimit : String(calls_a_day)],
    [w.wait, wait_ms === null ? w.noWait : w.minutes(wait_ms / 60_000)],
    [w.hours, hourLines(hours, w.noLimit)],
  ];
  return <Facts facts={facts} />;
}
