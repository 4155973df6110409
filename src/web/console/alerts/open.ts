import { signal } from '@preact/signals';
import type { Alert } from '../../../protocol/api/alerts.ts';

/** How many alerts of the facility nobody has acknowledged, and the last that happened, as its stream tells. */
export const openAlerts = signal<{ readonly open: number; readonly latest: Alert | null }>({ open: 0, latest: null });
