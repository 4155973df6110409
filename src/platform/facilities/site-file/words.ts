import type { SiteChange, SiteReport, SiteThing } from '../../../protocol/api/site.ts';

/** One and several of a kind, as people call them. */
const CALLED: Readonly<Record<SiteThing, readonly [string, string]>> = {
  facility: ['facility', 'facilities'],
  unit: ['unit', 'units'],
  phone: ['phone', 'phones'],
  rate: ['rate', 'rates'],
  account: ['account', 'accounts'],
  payer: ['number that an account pays for', 'numbers that accounts pay for'],
  allow: ['number that all may call', 'numbers that all may call'],
  block: ['block', 'blocks'],
  caller: ['caller', 'callers'],
  number: ['number on a list', 'numbers on lists'],
  waiver: ['waiver of voice', 'waivers of voice'],
  invitation: ['caller asked to enrol', 'callers asked to enrol'],
};

const SIGN = { added: '+', changed: '~', removed: '-' } as const;

/** What a site file changes, line by line, for people: what is lost first. */
export function inWords(report: Omit<SiteReport, 'words'>): string[] {
  const { facility, isNew, changes, paidIn, done } = report;
  if (changes.length === 0 && isNothing(paidIn)) return [`${facility}: is as the file says`];
  return [
    ...(isNew ? [`${facility}: ${done ? 'was not known before' : 'is not known yet'}`] : []),
    ...lossesInWords(report),
    ...changes.flatMap(changeInWords),
    ...(isNothing(paidIn) ? [] : [`opening balances that are paid in: $${paidIn}`]),
  ];
}

function lossesInWords({ losses }: Omit<SiteReport, 'words'>): string[] {
  const { callers, first, owed, voiceprints, phones } = losses;
  const gone = [
    `${of('caller', callers)} not in the file: nobody can be them any more, and their lists go`,
    ...first.map(({ caller, name, balance, voiceprint }) => {
      const his = [...(isNothing(balance) ? [] : [`has $${balance}`]), ...(voiceprint ? ['has a voiceprint'] : [])];
      return `  ${[`${caller} ${name}`, ...his].join(', ')}`;
    }),
    ...more(callers - first.length),
    ...(isNothing(owed) ? [] : [`of their own money $${owed} stays theirs, and is to be paid out to them`]),
    ...(voiceprints === 0 ? [] : [`${voiceprints} of their voiceprints ${voiceprints === 1 ? 'is' : 'are'} destroyed`]),
  ];
  const dead = `${of('phone', phones.length)} not in the file, no longer answered: ${phones.join(', ')}`;
  return [...(callers > 0 ? gone : []), ...(phones.length > 0 ? [dead] : [])];
}

function changeInWords({ what, added, changed, removed, first }: SiteChange): string[] {
  const counts = [
    ...(added > 0 ? [`${added} new`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(removed > 0 ? [`${removed} gone`] : []),
  ];
  return [
    `${CALLED[what][1]}: ${counts.join(', ')}`,
    ...first.map(
      ({ name, how, fields }) => `  ${SIGN[how]} ${name}${fields.length > 0 ? `: ${fields.join(', ')}` : ''}`,
    ),
    ...more(added + changed + removed - first.length),
  ];
}

const of = (what: SiteThing, count: number): string => `${count} ${CALLED[what][count === 1 ? 0 : 1]}`;
const more = (left: number): string[] => (left > 0 ? [`  and ${left} more`] : []);
const isNothing = (amount: string): boolean => /^[0.]+$/.test(amount);
