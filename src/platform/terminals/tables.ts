import type { FacilityId, TerminalId, UnitId } from '../../protocol/units.ts';

interface Terminals {
  facility: FacilityId;
  id: TerminalId;
  unit: UnitId;
}

/** What the room of terminals writes. */
export interface TerminalsTables {
  terminals: Terminals;
}
