import { LANGUAGES } from '../../../protocol/units.ts';
import { hoursIn } from '../view/hours.ts';
import { minutesIn, textOf } from '../view/useForm.ts';

/** What a form says of a caller; an empty field is none of its own. What is wrong with it the server says. */
export const callerIn = (form: FormData) => ({
  name: textOf(form, 'name'),
  language: LANGUAGES.find((one) => one === textOf(form, 'language')) ?? null,
  limit_ms: minutesIn(form, 'minutes'),
  calls_a_day: textOf(form, 'calls') === '' ? null : Number(textOf(form, 'calls')),
  wait_ms: minutesIn(form, 'wait'),
  hours: hoursIn(form),
});
