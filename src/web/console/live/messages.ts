import type { Alert } from '../../../protocol/api/alerts.ts';
import type { LivePhone } from '../../../protocol/api/live.ts';

/** What the worker that reads the stream of a facility tells the page. */
export type FromStream =
  | { readonly type: 'state'; readonly state: 'open' | 'lost' }
  /** The server closed the door: who asks is not known any more, or may not. */
  | { readonly type: 'closed' }
  /** The server's clock, and phones as they are now; of all phones the first piece, or the last: those that are in none of them are gone. */
  | {
      readonly type: 'phones';
      readonly at: number;
      readonly first: boolean;
      readonly last: boolean;
      readonly phones: readonly LivePhone[];
    }
  /** Whether the platform hears what phones say. */
  | { readonly type: 'phones-heard'; readonly heard: boolean }
  | { readonly type: 'alerts'; readonly open: number; readonly latest: Alert | null }
  | { readonly type: 'refused'; readonly at: number; readonly terminal: string; readonly reason: string }
  /** Something came that is none of ours. */
  | { readonly type: 'differs' };
