import { asText, type Wire } from '#lib/kube/to-model/wire.ts';
import type { Shape } from './case-shape.ts';
import { SEEN_AT, iso, NODE } from './case-scene.ts';
import type { Signals } from './failure-case.ts';

/** The nodes a case speaks of: with the taint it names, or not ready as it says. */
export function caseNodes(signals: Signals, shape: Shape): readonly Wire[] {
  const { waiting_message, events, other_signals, reason, runtime } = signals;
  const count = Number(/\b0\/(\d{1,3}) nodes/.exec([waiting_message ?? '', ...events].join('\n'))?.[1] ?? 1);
  const taint = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(asText(other_signals['node_taint']));
  const isDown =
    shape === 'node' &&
    /not\s?ready|Ready=False/i.test([signals.status_column, reason, other_signals['condition']].join(' '));
  const condition = isDown
    ? { type: 'Ready', status: 'False', reason: reason ?? 'KubeletNotReady', message: waiting_message ?? '' }
    : { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  return Array.from({ length: Math.min(count, 50) }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: index === 0 ? NODE : `node-${index + 1}`,
      uid: `uid-node-${index + 1}`,
      creationTimestamp: iso(SEEN_AT - 86_400_000),
    },
    spec: taint ? { taints: [{ key: taint[1], value: taint[2], effect: taint[3] }] } : {},
    status: {
      conditions: [
        { ...condition, lastTransitionTime: iso(SEEN_AT - 10 * 60_000), lastHeartbeatTime: iso(SEEN_AT) },
      ],
      nodeInfo: { containerRuntimeVersion: runtime ?? '', kubeletVersion: signals.kubernetes ?? '' },
    },
  }));
}
