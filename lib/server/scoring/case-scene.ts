/** Names and times a case does not tell. */
export const NAMESPACE = 'default';
export const NODE = 'node-1';
export const POD = 'web-7d9c-x2x4z';
/** When the case is looked at, epoch ms. */
export const SEEN_AT = Date.UTC(2026, 0, 15, 12, 0, 0);

/** RFC 3339 with whole seconds, as the API writes times. */
export const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
