import type { NextAttempt } from '#lib/model/backoff.ts';

export type UntimedAttempt = Extract<NextAttempt, { kind: 'untimed' }>;

const untimed = (text: string): UntimedAttempt => ({ kind: 'untimed', text });

export const NEVER = untimed('never by itself');
export const ON_NODE_CHANGE = untimed('on node change');
export const ON_CLAIM_CHANGE = untimed('on claim change');
export const EVERY_SYNC = untimed('every sync, 10-15 s');
export const WITHIN_TWO_MINUTES = untimed('within 2m2s');
export const WITHIN_SEVENTEEN_MINUTES = untimed('within 17 min');
export const EVERY_SECOND = untimed('every 1-2 s');

export const AT_ITS_SCHEDULE = untimed('at its schedule');

export const WHEN_KUBELET_IS_READY = untimed('when its kubelet is ready');
/** --eviction-pressure-transition-period */
export const AFTER_RELIEF = untimed('5 min after relief');

export const whenJobEnds = (job: string): UntimedAttempt => untimed(`when ${job} ends`);
export const whenNodeReports = (node: string): UntimedAttempt => untimed(`when ${node} reports again`);
export const probedEvery = (periodSeconds: number): UntimedAttempt =>
  untimed(`probed every ${periodSeconds} s`);
