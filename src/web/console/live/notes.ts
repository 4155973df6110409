import type { LivePhone } from '../../../protocol/api/live.ts';
import type { Words } from '../words/en.ts';

interface Note {
  readonly text: string;
  readonly tint: 'bad' | 'warn' | 'calm';
}

/** Records that a phone has not got rid of: from so many on something is wrong with its link. */
const MANY_RECORDS = 10;

/** What there is to note about a phone, the worst first. */
export function notesOf(phone: LivePhone, { live: w, test: t }: Pick<Words, 'live' | 'test'>): Note[] {
  const { faults, otherVoice, registration, recordsWaiting, lockdown, call, phase, online, test } = phone;
  const notes: Note[] = [];
  const note = (tint: Note['tint'], text: string): void => void notes.push({ tint, text });
  if (otherVoice) note('bad', w.otherVoice);
  for (const fault of faults) note('bad', w.fault[fault]);
  if (online === true && registration === 'unregistered') note('bad', w.noLine);
  if (test?.verdict === 'failed') note('bad', t.verdict.failed);
  if (recordsWaiting >= MANY_RECORDS) note('warn', w.waiting(recordsWaiting));
  const closing = lockdown !== null && lockdown.state !== 'open';
  const busy = phase !== null && phase !== 'idle' && phase !== 'ended';
  if (closing && busy) note('warn', w.closesAfter);
  else if (closing && lockdown.reason !== null) note('calm', lockdown.reason);
  if (call?.privileged === true) note('calm', w.private);
  else if (call && call.accepted !== null && !call.recorded) note('calm', w.notRecorded);
  return notes;
}
