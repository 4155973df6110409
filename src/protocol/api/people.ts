import { z } from 'zod';
import { FacilityId } from '../units.ts';
import { PasskeyId, PasskeyProof } from './passkeys.ts';
import { RIGHTS, Right, Role } from './rights.ts';
import { Line, Moment, Why } from './wire.ts';

/** Somebody of the staff. */
export const StaffId = z.uuid().brand<'StaffId'>();
export type StaffId = z.infer<typeof StaffId>;

/** An address of ASCII alone, in small letters whatever was written: no two that look alike are two people. */
export const Email = z
  .email('an e-mail address is wanted, as jane.doe@example.gov')
  .max(254)
  .transform((text) => text.toLowerCase());
export type Email = z.output<typeof Email>;

/** As it is given to sign in: in one of the forms in which the same letters can be sent. */
const Password = z
  .string()
  .min(1)
  .max(200)
  .transform((text) => text.normalize('NFKC'));
/** One that is set. */
const NewPassword = z
  .string()
  .min(12)
  .max(200)
  .transform((text) => text.normalize('NFKC'));

const Code = z.string().regex(/^\d{6}$/, 'the six digits that the app shows are wanted');
const Recovery = z
  .string()
  .max(40)
  .transform((text) => text.toUpperCase().replace(/[^A-Z2-7]/g, ''));

/** The first step: the second proof is wanted next, within five minutes. */
export const SignIn = z.strictObject({ email: Email, password: Password });
export const SignInNext = z.strictObject({
  next: z.literal('second'),
  ways: z.array(z.enum(['totp', 'passkey', 'recovery'])),
});
export const PasskeySignIn = z.strictObject({ passkey: PasskeyProof });
export const SecondProof = z.union([
  z.strictObject({ totp: Code }),
  z.strictObject({ recovery: Recovery }),
  PasskeySignIn,
]);

/** In which ways one signs in: by what is proved here, and by a sign-on that the site has, by its name. */
export const SignInWays = z.strictObject({ own: z.boolean(), provider: z.string().nullable() });
/** Where the browser goes; `ticket` is sent back with the query with which it comes again. */
export const ProviderOffer = z.strictObject({ url: z.string(), ticket: z.string() });
export const ProviderAnswer = z.strictObject({ ticket: z.string().max(2_000), query: z.string().max(8_000) });

export const Done = z.strictObject({ done: z.literal(true) });
export const done: z.infer<typeof Done> = { done: true };

/** Who is signed in, and what he may do where. */
export const Me = z.strictObject({
  id: z.string(),
  kind: z.enum(['person', 'machine']),
  name: z.string(),
  operator: z.boolean(),
  facilities: z.array(
    z.strictObject({ facility: FacilityId, name: z.string(), roles: z.array(Role), rights: z.array(Right) }),
  ),
});

export const PasswordChange = z.strictObject({ current: Password, password: NewPassword });
export const PasswordAgain = z.strictObject({ password: Password });
export const PasskeyRemoval = z.strictObject({ passkey: PasskeyId, password: Password });

/** Where one is signed in; `here`: by this very cookie. */
export const OpenSessions = z.strictObject({
  items: z.array(z.strictObject({ began: Moment, seen: Moment, here: z.boolean() })),
});

/** A secret for an app that shows codes; `ticket` is sent back with the first of them. */
export const TotpOffer = z.strictObject({ secret: z.string(), uri: z.string(), ticket: z.string() });
const TotpAnswer = z.strictObject({ ticket: z.string().max(1_000), code: Code });
export const TotpConfirm = z.strictObject({ ...TotpAnswer.shape, password: Password });
/** Each is good once, in the place of the app. They are shown this once. */
export const RecoveryCodes = z.strictObject({ recovery: z.array(z.string()) });

export const LinkPath = z.object({ token: z.string().min(1).max(100) });
/** What a link is for: who opens it makes his password and his second proof. */
export const Welcome = z.strictObject({
  kind: z.enum(['first', 'invitation', 'reset']),
  email: z.string().nullable(),
  name: z.string().nullable(),
  totp: TotpOffer,
});
export const WelcomeAnswer = z.strictObject({
  name: Line(100),
  /** Wanted of the first alone: all others were invited by theirs. */
  email: Email.optional(),
  password: NewPassword,
  totp: TotpAnswer,
});

const YEAR_DAYS = 366;
/** A machine makes no people and no tokens. */
const TokenRight = z.enum(RIGHTS).exclude(['people.change']);
export const NewToken = z.strictObject({
  name: Line(100),
  rights: z.array(TokenRight).min(1).max(RIGHTS.length),
  days: z.int().min(1).max(YEAR_DAYS),
});
/** `token` is shown this once. */
export const MadeToken = z.strictObject({ id: z.uuid(), token: z.string(), expires: Moment });
export const TokenPath = z.object({ token: z.uuid() });
export const FacilityTokenPath = TokenPath.extend({ facility: FacilityId });
export const Tokens = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.uuid(),
      name: z.string(),
      rights: z.array(Right),
      made: Moment,
      made_by: z.string(),
      expires: Moment,
      used: Moment.nullable(),
    }),
  ),
});

/** Somebody of the staff, as far as it concerns the facility: what he is elsewhere is not told. */
const Person = z.strictObject({
  id: StaffId,
  name: z.string(),
  email: z.string(),
  state: z.enum(['invited', 'active', 'suspended']),
  roles: z.array(Role),
});
export const People = z.strictObject({ items: z.array(Person) });
export const PersonPath = z.object({ facility: FacilityId, person: StaffId });
const Roles = z.array(Role).max(Role.options.length);
const once = (roles: readonly Role[]): Role[] => [...new Set(roles)].sort();
export const Invitation = z.strictObject({
  email: Email,
  name: Line(100),
  roles: Roles.min(1).transform(once),
});
/** `link` is shown this once; null where the person has, or was given, his own way in. */
export const Invited = z.strictObject({ id: StaffId, link: z.string().nullable(), ends: Moment.nullable() });
/** None: the person works here no more. */
export const RolesChange = z.strictObject({ roles: Roles.transform(once), why: Why.optional() });
export const Reason = z.strictObject({ why: Why });
export const NewLink = z.strictObject({ link: z.string(), ends: Moment });

/** Everybody, for those who run the platform. */
export const Everybody = z.strictObject({
  items: z.array(
    z.strictObject({
      ...Person.omit({ roles: true }).shape,
      operator: z.boolean(),
      facilities: z.array(z.strictObject({ facility: FacilityId, roles: z.array(Role) })),
    }),
  ),
});
export const StaffPath = z.object({ person: StaffId });
export const OperatorInvitation = z.strictObject({ email: Email, name: Line(100) });
