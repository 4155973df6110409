import { may } from '../account/session.ts';
import { AttorneyList } from './AttorneyList.tsx';
import { BlockList } from './BlockList.tsx';
import { ImportTable } from './ImportTable.tsx';
import { RulesForm } from './RulesForm.tsx';
import { WishList } from './WishList.tsx';

/** What callers ask for, what is not to be called, and how lists are filled. */
export function Numbers() {
  return (
    <div class="pages">
      <WishList caller={null} />
      <AttorneyList />
      <BlockList caller={null} />
      {may('numbers.change') && <ImportTable />}
      <RulesForm />
    </div>
  );
}
