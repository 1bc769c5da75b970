/**
 * What each reason of the scheduler's plugins means. Texts of 1.8 to 1.35:
 * https://github.com/kubernetes/kubernetes/tree/v1.35.4/pkg/scheduler/framework/plugins
 */
export type SchedulingMeaning = {
  readonly causeId: string;
  readonly pattern: RegExp;
  /** Excludes nodes by design; the headline only when nothing else does. */
  readonly byDesign?: true;
  readonly phrase: (count: number, text: string) => string;
};

const verb = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** First match wins. Pressure and readiness taints are the node's trouble, a toleration is no cure. */
export const SCHEDULING_MEANINGS: readonly SchedulingMeaning[] = [
  {
    causeId: 'pvc-not-found',
    pattern:
      /persistentvolumeclaim "[^"]+" (?:not found|is being deleted)|could not find v1\.PersistentVolumeClaim|ephemeral volume controller to create the persistentvolumeclaim/,
    phrase: (_n, text) => text,
  },
  {
    causeId: 'pvc-unbound',
    pattern:
      /unbound (?:immediate )?PersistentVolumeClaims|PersistentVolumeClaim is not bound|^PVC \S+ not bound|because: PVC \S+ not bound|binding volumes: |[Ff]ailed to bind volumes|plugin "?VolumeBinding"?[^\n]{0,300}persistentvolumeclaims? |VolumeBindingNoMatch|available persistent volumes to bind|non-existent (?:pv|persistentvolume)|enough free storage/,
    phrase: (n) => `${n} cannot bind the volume`,
  },
  {
    causeId: 'volume-node-affinity-conflict',
    pattern:
      /volume node affinity conflict|PersistentVolume's node affinity|no available volume zone|NoVolumeZoneConflict|NoVolumeNodeConflict/,
    phrase: (n) => `${n} cannot reach the volume`,
  },
  {
    causeId: 'volume-rwop-in-use',
    pattern: /ReadWriteOncePod/,
    phrase: () => 'another pod holds the volume, which only one pod may use (ReadWriteOncePod)',
  },
  {
    causeId: 'volume-count-exceeded',
    pattern: /max volume count|MaxVolumeCount/,
    phrase: (n) => `${verb(n, 'has', 'have')} as many volumes attached as it can`,
  },
  {
    causeId: 'volume-attach-failed',
    pattern: /CSI driver is not installed on the node/,
    phrase: (n, text) => `${verb(n, 'lacks', 'lack')} the CSI driver ${text.split(' ', 1)[0] ?? ''}`,
  },
  {
    causeId: 'dra-claim-pending',
    pattern: /resource ?claim|device class|cannot allocate all claims|DynamicResources/i,
    phrase: (_n, text) => text,
  },
  {
    causeId: 'gang-waiting',
    // The default scheduler's own gangs, those of the coscheduling plugin, of Volcano and of Koordinator.
    pattern:
      /^(?!.*taint).*(?:minCount pods|pod group "[^"]*" doesn't exist|to appear in scheduling queue|pod group is not ready|enough sibling pods|\bminMember\b|\bPodGroup\b|\b[Gg]ang\b|plugin "?Coscheduling|tasks in gang|can possibly be assigned to|optimistic rejection|\bpgName\b)/,
    phrase: (_n, text) => text,
  },
  {
    causeId: 'node-disk-pressure',
    pattern: /disk-pressure|NodeUnderDiskPressure|NodeOutOfDisk|had disk pressure/,
    phrase: (n) => verb(n, 'is', 'are') + ' short of disk',
  },
  {
    causeId: 'node-memory-pressure',
    pattern: /memory-pressure|NodeUnderMemoryPressure|had memory pressure/,
    phrase: (n) => verb(n, 'is', 'are') + ' under memory pressure',
  },
  {
    causeId: 'node-unreachable',
    pattern: /kubernetes\.io\/(?:unreachable|not-ready)|NodeNotReady|were not ready/,
    phrase: (n) => verb(n, 'is', 'are') + ' not ready',
  },
  {
    causeId: 'host-port-conflict',
    pattern: /free ports|PodFitsHostPorts/,
    phrase: (n) => `${verb(n, 'has', 'have')} the host port in use`,
  },
  {
    causeId: 'topology-spread-unsatisfied',
    pattern: /topology spread/,
    phrase: (n) => `${verb(n, 'breaks', 'break')} the topology spread`,
  },
  {
    causeId: 'pod-anti-affinity-unsatisfied',
    pattern: /anti-affinity|ExistingPodsAntiAffinityRulesNotMatch|PodAntiAffinityRulesNotMatch/,
    phrase: (n) => `${n} already run a pod it avoids`,
  },
  {
    causeId: 'pod-affinity-unsatisfied',
    pattern: /pod affinity|MatchInterPodAffinity|PodAffinityRulesNotMatch/,
    phrase: (n) => `${verb(n, 'lacks', 'lack')} the pod it wants beside it`,
  },
  {
    causeId: 'insufficient-memory',
    pattern: /Insufficient memory/,
    phrase: (n) => verb(n, 'lacks', 'lack') + ' memory',
  },
  {
    causeId: 'insufficient-cpu',
    pattern: /Insufficient cpu/,
    phrase: (n) => verb(n, 'lacks', 'lack') + ' CPU',
  },
  {
    causeId: 'too-many-pods',
    pattern: /Too many pods|Insufficient pods/,
    phrase: (n) => verb(n, 'is', 'are') + ' full of pods',
  },
  {
    causeId: 'insufficient-ephemeral-storage',
    pattern: /Insufficient ephemeral-storage/,
    phrase: (n) => verb(n, 'lacks', 'lack') + ' ephemeral storage',
  },
  {
    causeId: 'insufficient-extended-resource',
    pattern: /Insufficient [a-z0-9.-]+\/\S+/,
    phrase: (n, text) => `${verb(n, 'lacks', 'lack')} ${text.replace(/^Insufficient /i, '')}`,
  },
  {
    causeId: 'node-cordoned',
    pattern: /were unschedulable|kubernetes\.io\/unschedulable|NodeUnschedulable/,
    byDesign: true,
    phrase: (n) => verb(n, 'is', 'are') + ' cordoned',
  },
  {
    causeId: 'untolerated-taint',
    pattern: /taint|PodToleratesNodeTaints/i,
    byDesign: true,
    phrase: (n, text) => `${verb(n, 'is', 'are')} tainted${taintName(text)}`,
  },
  {
    causeId: 'node-selector-mismatch',
    pattern:
      /node affinity\/selector|node selector|MatchNodeSelector|required features|declared features check failed|scheduler-enforced node affinity|requested node name/,
    byDesign: true,
    phrase: (n) => verb(n, 'does', 'do') + ' not match the node selector',
  },
];

function taintName(text: string): string {
  const key = /\{([^:}]{1,253})/.exec(text)?.[1];
  return key ? ` ${key}` : '';
}
