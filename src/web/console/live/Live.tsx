import { ConfirmOpen } from '../orders/ConfirmOpen.tsx';
import { InForce } from '../orders/InForce.tsx';
import { NoKey } from '../orders/NoKey.tsx';
import { Obeyed } from '../orders/Obeyed.tsx';
import { Figures } from './Figures.tsx';
import { Filters } from './Filters.tsx';
import { PhoneSheet } from './PhoneSheet.tsx';
import { PhoneTable } from './PhoneTable.tsx';

/** All phones of the facility, as they are now. */
export function Live() {
  return (
    <>
      <Figures />
      <InForce />
      <Filters />
      <PhoneTable />
      <Obeyed />
      <PhoneSheet />
      <ConfirmOpen />
      <NoKey />
    </>
  );
}
