import type { Caller } from '../../../protocol/api/callers.ts';

/** Whether somebody may call. */
export const stateOf = ({ released, suspended }: Caller): 'active' | 'suspended' | 'released' =>
  released ? 'released' : suspended ? 'suspended' : 'active';
