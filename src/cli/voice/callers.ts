import { Command, Option } from 'commander';
import { z } from 'zod';
import {
  CallerVoices,
  Erasures,
  Fits,
  OneVoice,
  VoiceRates,
  VoiceState,
  WaiverReason,
} from '../../protocol/api/voices.ts';
import { CallerId, FacilityId } from '../../protocol/units.ts';
import { type ApiFlags, apiOf, withApi } from '../api.ts';
import { print, printJson } from '../print.ts';
import { checked, strict } from '../usage.ts';
import { day, erasureLine, oneLines, rateLines, rowLine } from './words.ts';

interface Flags extends ApiFlags {
  readonly json?: true;
}

/** The commands of staff: they ask a running platform. */
export const callersCommands = (): Command[] => [list(), show(), ...deeds(), rates(), undo(), erasures()];

const asking = (name: string, description: string): Command =>
  withApi(strict(new Command(name)).description(description))
    .argument('<facility>', 'the facility', checked(FacilityId))
    .option('--json', 'as JSON');

function list(): Command {
  return asking(
    'list',
    'Who is enrolled, waived, has said no, was let go without being known, or is refused too often.',
  )
    .addOption(new Option('--state <state>', 'those alone').choices(VoiceState.options))
    .option('--flagged', 'who went on without being known, in the last 30 days')
    .option('--help-wanted', 'who is refused too often: somebody should help him')
    .action(async (facility: FacilityId, flags: Flags & Filter, self: Command) => {
      const all = await apiOf(flags, self).all(CallerVoices, `/facilities/${facility}/voices`, {
        ...{ flagged: String(flags.flagged === true), help: String(flags.helpWanted === true) },
        ...(flags.state !== undefined && { state: flags.state }),
      });
      if (flags.json) return printJson(all);
      for (const row of all) print(rowLine(row));
      print(`${all.length} ${all.length === 1 ? 'caller' : 'callers'}`);
    });
}

interface Filter {
  readonly state?: string;
  readonly flagged?: true;
  readonly helpWanted?: true;
}

function show(): Command {
  return asking('show', 'One caller: what he was asked and said, his checks in figures, what was destroyed.')
    .argument('<caller>', 'whose voice', checked(CallerId))
    .action(async (facility: FacilityId, caller: CallerId, flags: Flags, self: Command) => {
      const one = await apiOf(flags, self).ask(OneVoice, `/facilities/${facility}/voices/${caller}`);
      if (flags.json) return printJson(one);
      for (const line of oneLines(one)) print(line);
    });
}

interface DeedFlags extends Flags {
  readonly why: string;
}

function deeds(): Command[] {
  const deed = (name: string, description: string) =>
    asking(name, description)
      .argument('<caller>', 'whose voice', checked(CallerId))
      .requiredOption('--why <text>', 'at whose wish, or why');
  const done = async (
    name: string,
    whose: readonly [FacilityId, CallerId],
    body: object,
    flags: Flags,
    self: Command,
  ) => {
    const [facility, caller] = whose;
    const Answer = z.looseObject({ erased: z.boolean().optional() });
    const answer = await apiOf(flags, self).ask(Answer, `/facilities/${facility}/voices/${caller}/${name}`, body);
    if (flags.json) return printJson(answer);
    print(`${caller}: ${DONE[name]}${answer.erased ? '; his voiceprint is destroyed' : ''}`);
  };
  const plain = (name: string, description: string) =>
    deed(name, description).action(
      (facility: FacilityId, caller: CallerId, { why, ...flags }: DeedFlags, self: Command) =>
        done(name, [facility, caller], { why }, flags, self),
    );
  return [
    deed('waive', 'Nothing is asked of his voice from his next call on.')
      .argument('<reason>', WaiverReason.options.join(', '), checked(WaiverReason))
      .action(
        (facility: FacilityId, caller: CallerId, reason: WaiverReason, { why, ...flags }: DeedFlags, self: Command) =>
          done('waive', [facility, caller], { why, reason }, flags, self),
      ),
    plain('unwaive', 'He is asked again. A waiver of the site file comes back with its next import.'),
    plain(
      'anew',
      'He is asked to enrol at his next call, whatever he said before; a voiceprint that he has is destroyed.',
    ),
    plain('erase', 'He has withdrawn: his voiceprint is destroyed, and he is not asked again before `anew`.'),
  ];
}

const DONE: Readonly<Record<string, string>> = {
  waive: 'nothing is asked of his voice',
  unwaive: 'he is asked again',
  anew: 'he is asked to enrol at his next call',
  erase: 'he has withdrawn',
};

function rates(): Command {
  return asking('rates', 'How often checks err as the site sees it, with 95% intervals.')
    .option('--days <n>', 'over so many days', checked(z.coerce.number().pipe(z.int().min(1).max(365))), 30)
    .action(async (facility: FacilityId, flags: Flags & { days: number }, self: Command) => {
      const seen = await apiOf(flags, self).ask(VoiceRates, `/facilities/${facility}/voice-rates?days=${flags.days}`);
      if (flags.json) return printJson(seen);
      for (const line of rateLines(seen)) print(line);
    });
}

function undo(): Command {
  return asking(
    'undo-fit',
    'Take back the latest fit of the rate of false accepts: the one before it, or the rate that is set, is in force.',
  )
    .requiredOption('--why <text>', 'why')
    .action(async (facility: FacilityId, { why, ...flags }: DeedFlags, self: Command) => {
      const left = await apiOf(flags, self).ask(Fits, `/facilities/${facility}/voice-adaptations/undo`, { why });
      if (flags.json) return printJson(left);
      const force = left.fits.find(({ undone }) => undone === null);
      print(
        `${facility}: taken back; ${force ? `that of ${day(force.at)} is in force` : 'the rate that is set is in force'}`,
      );
    });
}

function erasures(): Command {
  return asking('erasures', 'Voiceprints that were destroyed: whose, when, why and by whom.').action(
    async (facility: FacilityId, flags: Flags, self: Command) => {
      const all = await apiOf(flags, self).all(Erasures, `/facilities/${facility}/voice-erasures`);
      if (flags.json) return printJson(all);
      for (const one of all) print(erasureLine(one));
    },
  );
}
