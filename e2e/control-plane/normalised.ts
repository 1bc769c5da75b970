/** What may differ between two clusters that do the same, and what stands for it; in this order. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/https:\/\/127\.0\.0\.1:\d+/g, 'SERVER'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID'],
  [/\b(containerd:\/\/|sha256:)[0-9a-f]{64}\b/g, '$1DIGEST'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
  [/\b\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4} \S+)?/g, 'TIME'],
  [/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME'],
  [/\b\d\d? \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3}\b/g, 'TIME'],
  [/\b\d{1,3}(\.\d{1,3}){3}\b/g, 'IP'],
  // The client's port in an access log.
  [/IP:\d+/g, 'IP:PORT'],
  [/\b(LIVE|MERGED)-\d+/g, '$1'],
  [/\bkube-api-access-\w{5}\b/g, 'kube-api-access-RANDOM'],
  [/resourceVersion(\\?"?):( ?)\\?"\d+\\?"/g, 'resourceVersion$1:$2VERSION'],
  // What client-go logs about itself.
  [/^[IWE]\d{4} .*\n/gm, ''],
  // Names of Deployments' ReplicaSets and pods, and the hash by itself.
  [
    /\b(lab30-(?:web|redis)|made|app)-[b-df-hj-np-tv-z24-9]{6,10}-[b-df-hj-np-tv-z24-9]{5}(?![a-z0-9])/g,
    '$1-HASH-POD',
  ],
  [/\b(lab30-(?:web|redis)|made|app)-[b-df-hj-np-tv-z24-9]{6,10}\b/g, '$1-HASH'],
  [/(pod-template-hash[=:] ?"?)[b-df-hj-np-tv-z24-9]{6,10}/g, '$1HASH'],
  // Revisions of StatefulSets and DaemonSets, and their hashes by themselves.
  [/\b(db|agent)-[b-df-hj-np-tv-z24-9]{6,10}\b/g, '$1-HASH'],
  [/(controller-revision-hash[=:] ?"?)[b-df-hj-np-tv-z24-9]{6,10}\b/g, '$1HASH'],
  // Names of EndpointSlices, pods, and what generateName made.
  [
    /\b(lab30-web|made|outside|gen|agent|db|app|once|manual|failing)-[b-df-hj-np-tv-z24-9]{5}\b/g,
    '$1-RANDOM',
  ],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'TOKEN'],
  [/\b(kubectl-edit|kubectl\.kubernetes\.io|manifest)-?\d{6,}/g, '$1-RANDOM'],
  [/:3\d{4}\/TCP/g, ':NODEPORT/TCP'],
  // How many steps of a rollout are seen depends on when one looks.
  [/^(Waiting for (deployment|daemon set|\d+ pods|partitioned)|waiting for statefulset) .*\n/gim, ''],
  [/\.[0-9a-f]{16}\b/g, '.EVENT'],
  [/(?<![=\w.-])\d+(\.\d+)?(d|h|m|s|ms)(\d+(\.\d+)?(h|m|s|ms))*\b/g, 'AGE'],
  // How often, depends on when one looks.
  [/\bAGE \(x\d+ over AGE\)/g, 'AGE'],
  [/ {2,}|\t+/g, '  '],
  [/ +$/gm, ''],
];

/** kubectl's output with ages, times, names' random parts, versions, uids and addresses taken out. */
export function normalised(output: string): string {
  return REPLACEMENTS.reduce((text, [pattern, name]) => text.replace(pattern, name), output);
}

/** Lines only one side has; counted, and in no order when the order means nothing. */
export function differentLines(sandbox: string, real: string): { sandbox: string[]; real: string[] } {
  const without = (lines: readonly string[], others: readonly string[]): string[] => {
    const left = [...others];
    return lines.filter((line) => {
      const at = left.indexOf(line);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const [ours, theirs] = [sandbox.split('\n'), real.split('\n')];
  return { sandbox: without(ours, theirs), real: without(theirs, ours) };
}
