import type { AlertsTables } from '../alerts/tables.ts';
import type { CallersTables } from '../callers/tables.ts';
import type { VoiceprintsTables } from '../callers/voiceprints/tables.ts';
import type { CallsTables } from '../calls/tables.ts';
import type { FacilitiesTables } from '../facilities/tables.ts';
import type { HttpTables } from '../http/tables.ts';
import type { LeasesTables } from '../leases/tables.ts';
import type { MoneyTables } from '../money/tables.ts';
import type { NumbersTables } from '../numbers/tables.ts';
import type { SignInTables } from '../people/sign-in/tables.ts';
import type { PeopleTables } from '../people/tables.ts';
import type { HealthTables } from '../terminals/health/tables.ts';
import type { TerminalsTables } from '../terminals/tables.ts';

/** The tables as the newest migration leaves them. Each is written by its own room alone. */
export interface Schema
  extends FacilitiesTables,
    TerminalsTables,
    HealthTables,
    CallersTables,
    AlertsTables,
    VoiceprintsTables,
    NumbersTables,
    MoneyTables,
    CallsTables,
    LeasesTables,
    PeopleTables,
    SignInTables,
    HttpTables {}
