import { numberDialled } from '../../../protocol/dial-plan.ts';
import { textOf } from '../view/useForm.ts';

const AS_SAID = ['terminal', 'unit', 'caller', 'name', 'kind', 'ending', 'privileged', 'charged', 'differs'] as const;

/** What a form asks of the records, as it stands in an address; moments are meant as this browser's clock has them. */
export function questionOf(form: FormData): string {
  const minutes = textOf(form, 'minutes');
  const asked = [
    ...AS_SAID.map((name) => [name, textOf(form, name)] as const),
    numberIn(textOf(form, 'number')),
    ['talked', minutes === '' ? '' : String(Math.round(Number(minutes) * 60_000))] as const,
    ...(['from', 'to'] as const).map((name) => [name, momentIn(textOf(form, name))] as const),
  ];
  return asked
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
    .join('');
}

/** A number may be written as it is dialled; digits that are none were dialled all the same. */
function numberIn(text: string): readonly [string, string] {
  const digits = text.replace(/[\s().-]/g, '');
  const number = numberDialled(digits);
  if (number !== null) return ['number', number];
  return [/^\d+$/.test(digits) ? 'dialled' : 'number', digits];
}

const momentIn = (text: string): string => (text === '' ? '' : new Date(text).toISOString());
