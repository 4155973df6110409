import { DAYS, type Hours } from '../../../protocol/api/hours.ts';
import { words } from '../words/words.ts';
import { textOf } from './useForm.ts';

/** Parts of a day as people write them: 08:00-11:00, 13:00-21:00. What is wrong with them the server says. */
export const rangesIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** The hours that `HoursFields` asks for; null where none are set. */
export const hoursIn = (form: FormData): Hours | null =>
  form.has('ownHours')
    ? Object.fromEntries(
        DAYS.map((day) => [day, rangesIn(textOf(form, day))] as const).filter(([, ranges]) => ranges.length > 0),
      )
    : null;

/** Hours in lines, a day each; `none`: where there are none of one's own. */
export function hourLines(hours: Hours | null, none: string): string | readonly string[] {
  const w = words.value.callers;
  if (hours === null) return none;
  const lines = DAYS.flatMap((day) => (hours[day]?.length ? [`${w.days[day]} ${hours[day].join(', ')}`] : []));
  return lines.length === 0 ? w.never : lines;
}
