import type { RevisionView } from '#lib/contract/incident-view.ts';

export type FieldChange = RevisionView['diffToCurrent'][number];
