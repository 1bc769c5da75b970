import { SCHEDULING } from './case-events.ts';
import type { Signals } from './failure-case.ts';

/** What kind of trouble the objects show, before anybody asks for its cause. */
export type Shape = 'no-pod' | 'job' | 'cron-job' | 'node' | 'failed' | 'unscheduled' | 'container';

const POD_FAILED =
  /^(Evicted|NodeShutdown|Shutdown|Topology ?Affinity ?Error|Preempting|NodeAffinity|NodeName|NodePorts|TaintToleration|UnexpectedAdmissionError|OutOf\w+|DeadlineExceeded|AppArmor|SysctlForbidden)$/;

export function shapeOf({ status_column, reason, waiting_message, events, other_signals }: Signals): Shape {
  const column = status_column ?? '';
  const words = [column, reason ?? ''];
  const texts = [waiting_message ?? '', ...events];
  if (other_signals['object'] === 'CronJob') return 'cron-job';
  if (other_signals['object'] === 'Job') return 'job';
  if (column === '(no pod)' || texts.some((text) => /Error creating: /.test(text))) return 'no-pod';
  if (/^Node\b/.test(column) && !words.some((word) => POD_FAILED.test(word))) return 'node';
  if (other_signals['object'] === 'Node' || reason === 'KubeletNotReady') return 'node';
  if (words.some((word) => POD_FAILED.test(word)) || other_signals['phase'] === 'Failed') return 'failed';
  if (words.some((word) => word === 'Unschedulable' || word === 'SchedulingGated')) return 'unscheduled';
  if (other_signals['event_reason'] === 'FailedScheduling') return 'unscheduled';
  if (other_signals['schedulerName'] !== undefined && column === 'Pending') return 'unscheduled';
  if (texts.some((text) => SCHEDULING.test(text))) return 'unscheduled';
  return 'container';
}
