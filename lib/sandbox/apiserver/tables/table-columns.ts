import type { Column } from './column.ts';

export const TABLE_COLUMNS: Readonly<Record<string, readonly Column[]>> = {};
