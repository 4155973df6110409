import { NOTICE_PARTS } from '../../protocol/notice.ts';

/**
 * The recordings the call flow can name. Each exists for every language as text and as WAV
 * in `audio/prompts`; a test holds that.
 */
export const PROMPTS = [
  // to the caller
  'welcome', // "Welcome."
  'choose-language', // said in its own language, a number follows: "For English, press" / "Para español, oprima"
  'enter-pin', // "Enter your PIN."
  'pin-not-recognised', // "That PIN was not recognised."
  'try-again', // "Please try again."
  'enter-number', // "Enter the area code and number you wish to call, then press pound."
  'one-moment', // "One moment, please."
  'you-have', // "You have"
  'for-this-call', // "for this call."
  'remaining', // "remaining."
  'your-balance-is', // "Your balance is"
  // why it cannot go or has ended
  'ended-time-up', // "Your time is up. Goodbye."
  'ended-balance', // "The money for this call is used up. Goodbye."
  'ended-hours', // "Calling hours have ended. Goodbye."
  'ended-quota', // "No more time could be had for this call. Goodbye."
  'ended-callee-hung-up', // "The other party has hung up."
  'ended-refused', // "The other party did not accept your call."
  'ended-blocked-by-callee', // "The other party has blocked your calls."
  'ended-not-accepted', // "Your call was answered but not accepted."
  'ended-no-answer',
  'ended-busy',
  'ended-unreachable', // "Your call cannot be completed as dialed."
  'ended-pin-wrong', // "Your PIN was not recognised. Hang up, and ask staff for help."
  'ended-pin-locked', // "This PIN or phone is locked for a time. Try again later."
  'ended-caller-timeout', // "We did not hear from you. Hang up and try again."
  'ended-platform-unreachable', // "The phone system is not available now. Try again later."
  'ended-lockdown', // "The phones are off by order of the facility."
  'ended-disabled', // "This phone is not in service now."
  'ended-network-fault', // "Your call was cut off by a fault. You are not charged for time you did not talk."
  'ended-media-lost', // "Nothing more was heard of the other party. You are not charged for that silence."
  'ended-hardware-fault', // "This phone has a fault. You are not charged for time you did not talk."
  'ended-number-invalid',
  'ended-number-not-allowed', // "This number is not on your list."
  'ended-number-asked-for', // "This number is not on your list. Staff have been asked for it."
  'ended-number-blocked', // "This number is blocked."
  'ended-no-account', // "There is no account that can pay for this call."
  'ended-no-balance', // "There is not enough money for this call."
  'ended-outside-hours',
  'ended-caller-suspended', // "Your calling is suspended. Ask staff."
  'ended-caller-busy', // "Your PIN is in use on another phone."
  'ended-no-calls-left', // "You have made all of your calls for today."
  'ended-too-soon', // "You must wait between calls. Try again later."
  'ended-cut-off', // "Staff have ended this call."
  'ended-maintenance', // "Maintenance is over."
  'ended-voice-refused', // "Your voice was not recognized. Hang up and try again, or ask staff for help."
  'ended-voice-staff', // "Your voice could not be checked. Ask staff for help."
  'ended-voice-needed', // "Calls from here need a voiceprint. Ask staff."
  'ended-voice-changed', // "This call has ended because another voice was heard at this phone."
  // who speaks
  'please-say', // "Please say,"; digits follow
  'once-more', // "Once more."
  'nothing-heard', // "Nothing was heard."
  'say-more', // "Too little was heard."
  'speak-up', // "Speak up, close to the handset."
  'speak-softer', // "Speak a little softer."
  'too-noisy', // "It is loud where you are. Speak close to the handset."
  'other-voice', // "That did not sound like one and the same voice."
  'voice-enrolled', // "Thank you. Your voice is known now."
  'say-your-name', // "Say your first and last name. They hear it when you call."
  'voice-not-enrolled', // "No voiceprint was made."
  ...NOTICE_PARTS,
  'voice-agree-press', // "To agree, press"
  'voice-decline-press', // "To say no, press"
  'voice-again-press', // "To hear this again, press"
  'voice-changed', // to both: "Another voice was heard at this phone. Only the person who placed this call may speak."
  'please-hang-up',
  // to a technician
  'phone-is-new', // "This phone is new."
  'its-code-is', // "Its code is,"
  'no-platform', // "It finds no platform. See that the network is connected."
  'key-page-digits', // "Now press the four digits that your page shows."
  'page-digits-wrong', // "Those were not the digits."
  'phone-is-claimed', // "Done. This phone has its place, and tests itself now."
  'maintenance-menu', // what each key does
  'maintenance-menu-more',
  'maintenance-keys', // "Press each key. Press star twice to go back."
  'maintenance-echo', // "Speak, and hear yourself. Press any key to go back."
  'star',
  'pound',
  'test-passed', // "All is well."
  'test-failed', // "There is a fault. See the test result."
  'fault-earpiece', // "The earpiece is not connected."
  'fault-microphone', // "The microphone is not connected."
  'fault-cord', // "The cord has a short."
  'fault-network', // "There is no network."
  'fault-broker', // "The message broker cannot be reached."
  'fault-trunk', // "The phone is not registered: no calls can go out."
  // to the called party
  'greeting-from', // "Hello. You have a call from"
  'greeting-at', // "at"
  'greeting-recorded', // "This call is from a correctional facility, and is recorded and monitored."
  'greeting-not-recorded', // "This call is from a correctional facility. It is a private call and is not recorded."
  'to-accept-press',
  'to-refuse-press',
  'to-hear-the-rate-press',
  'to-block-press', // "To block such calls, press"
  'block-caller-press', // "To block all calls from this person, press"
  'block-facility-press', // "To block all calls from this facility, press"
  'block-private-press', // "Your number is listed as private, as a lawyer's is. To block these calls all the same, press"
  'blocked-caller-goodbye', // "This person can no longer call you. Goodbye."
  'blocked-facility-goodbye', // "This facility can no longer call you. Goodbye."
  'goodbye',
  'the-rate-is',
  'a-minute',
  'this-call-is-free',
  // composition
  'dollars',
  'dollar',
  'cents',
  'cent',
  'minutes',
  'minute',
  'seconds',
  'second',
  'and', // es: "y"
  'point', // of a decimal; es: "punto"
  'thousand', // es: "mil"
  'n100', // a round hundred: "one hundred" / "cien"
  'n100-and', // a hundred with more to follow: "one hundred" / "ciento"
  'n200',
  'n300',
  'n400',
  'n500', // es: "quinientos"
  'n600',
  'n700', // es: "setecientos"
  'n800',
  'n900', // es: "novecientos"
  // a number ending in one, before the thing counted; as the number itself in English
  'n1-of', // es: "un"
  'n21-of', // es: "veintiún"
  'n31-of', // es: "treinta y un"
  'n41-of',
  'n51-of',
  'n61-of',
  'n71-of',
  'n81-of',
  'n91-of',
] as const;
export type Prompt = (typeof PROMPTS)[number];

/** Letters, of a phone's name. */
type LetterClip = `letter-${string}`;

/** Names and other recordings of a site: heard where the site has a file for them, passed over where it has none. */
type SiteClip = 'facility-name' | `caller-${string}`;

/** Spoken numbers 0 to 99 are a recording each (`n0` to `n99`); larger ones are put together with the hundreds above. */
export type NumberClip = `n${number}`;

/** One recording to play. */
export type Clip = Prompt | NumberClip | LetterClip | `site/${SiteClip}`;
