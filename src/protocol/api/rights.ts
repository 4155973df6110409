import { z } from 'zod';

/** What somebody may do in a facility. */
export const RIGHTS = [
  'facility.read',
  'facility.change',
  'site.read',
  'site.change',
  'live.read',
  'calls.read',
  'calls.tips',
  'calls.cut',
  'orders.give',
  'keys.read',
  'keys.change',
  'callers.read',
  'callers.change',
  'numbers.read',
  'numbers.change',
  'blocks.lift',
  'money.read',
  'money.deposit',
  'voices.read',
  'voices.change',
  'terminals.read',
  'terminals.change',
  'people.read',
  'people.change',
  'trail.read',
  // Over the platform alone: no role in a facility has it.
  'backup.take',
] as const;
export const Right = z.enum(RIGHTS);
export type Right = z.infer<typeof Right>;

/** What somebody is in a facility; one may be several. */
export const Role = z.enum([
  'officer',
  'supervisor',
  'investigator',
  'finance',
  'technician',
  'administrator',
  'auditor',
]);
export type Role = z.infer<typeof Role>;

const OFFICER: readonly Right[] = [
  ...(['facility.read', 'live.read', 'calls.read', 'calls.cut', 'orders.give'] as const),
  ...(['keys.read', 'callers.read', 'numbers.read', 'terminals.read'] as const),
];

/** What each role may do. Who runs a facility does not read its tips; who reads the trail changes nothing. */
export const RIGHTS_OF: Readonly<Record<Role, readonly Right[]>> = {
  officer: OFFICER,
  supervisor: [...OFFICER, 'callers.change', 'numbers.change', 'blocks.lift', 'voices.read', 'voices.change'],
  investigator: [
    ...(['facility.read', 'live.read', 'calls.read', 'calls.tips', 'callers.read', 'numbers.read'] as const),
    'voices.read',
  ],
  finance: ['facility.read', 'calls.read', 'callers.read', 'money.read', 'money.deposit'],
  technician: ['facility.read', 'live.read', 'keys.read', 'terminals.read', 'terminals.change'],
  administrator: [
    ...OFFICER,
    ...([
      'facility.change',
      'site.read',
      'site.change',
      'keys.change',
      'callers.change',
      'numbers.change',
      'blocks.lift',
    ] as const),
    ...(['money.read', 'voices.read', 'voices.change', 'terminals.change', 'people.read', 'people.change'] as const),
  ],
  auditor: [
    ...(['facility.read', 'calls.read', 'keys.read', 'callers.read', 'numbers.read', 'money.read'] as const),
    ...(['voices.read', 'terminals.read', 'people.read', 'trail.read'] as const),
  ],
};
