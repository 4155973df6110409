import { z } from 'zod';
import { WaiverReason } from '../../../protocol/api/voices.ts';

/** What a no leads to: no call; no call, and staff are to help; or the call goes on and staff are told. */
const Leads = z.enum(['refuse', 'staff', 'flag']);

/** What a facility asks of voices: the block `voice` of its file. */
export const VoiceRules = z
  .strictObject({
    /** Whether a caller without a voiceprint is invited to enrol where staff want it (`asked`) or in any case, or has no calls without. */
    enrol: z.enum(['asked', 'invited', 'needed']),
    /** Of strangers that may be accepted (0.01: one of a hundred). */
    falseAccepts: z.number().gt(0).max(0.2).default(0.01),
    /** His voice is not that of whose PIN he keyed. */
    refused: Leads,
    /** It cannot be judged: no engine at the phone, no speech, a print of other models. */
    unjudged: Leads,
    /** Whether the rate is fitted to the site's own handsets, by its callers who are strangers to each other. */
    adapts: z.boolean().default(false),
    /** Whether callers who enrol say their names too, which those whom they call hear. */
    names: z.boolean().default(false),
    /** Left out: nobody is listened to in the course of a call. */
    watch: z
      .strictObject({
        /** What is done where somebody else has the handset; staff are told in any case. */
        act: z.enum(['none', 'announce', 'end']),
        /** How seldom that may be done to a caller who still speaks himself. */
        proof: z.number().gt(0).max(0.01).default(0.0001),
      })
      .exactOptional(),
  })
  .refine(({ watch, falseAccepts }) => watch === undefined || watch.proof <= falseAccepts, {
    path: ['watch', 'proof'],
    error: 'no greater rate than falseAccepts is wanted: what is acted upon is surer than what is told',
  });
export type VoiceRules = z.infer<typeof VoiceRules>;

/** What the site file says of one caller's voice: nothing is asked of it, for a reason; or he is asked to enrol. */
export const CallerVoice = z.union([z.strictObject({ waived: WaiverReason }), z.literal('asked')]);
export type CallerVoice = z.infer<typeof CallerVoice>;
