import type { z } from 'zod';
import type { Listing } from '../../../protocol/api/numbers.ts';
import { numberDialled } from '../../../protocol/dial-plan.ts';
import { minutesIn, textOf } from '../view/useForm.ts';

/** What a form says a number is to a caller. */
export const listingIn = (form: FormData): z.input<typeof Listing> => ({
  privileged: form.has('privileged'),
  free: form.has('free'),
  recorded: form.has('recorded'),
  overrides_block: form.has('overrides'),
  digits: form.has('digits') ? 'pass' : 'block',
  limit_ms: minutesIn(form, 'minutes'),
  why: textOf(form, 'why'),
});

/** A number as it was written, in the form in which the server has it; what is none, as it is: the server says so. */
export function numberIn(form: FormData): string {
  const bare = textOf(form, 'number').replace(/[\s().-]/g, '');
  return numberDialled(bare) ?? bare;
}
