export type KnownDifference = {
  /** Where it may be seen. */
  readonly command: RegExp;
  /** The normalised line that only one side has. */
  readonly line: RegExp;
  readonly reason: string;
};

/** What the sandbox does otherwise, and why it may. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    command: /^version$/,
    line: /^Server Version: /,
    reason: 'the sandbox says what it is: v1.35.4+sandbox',
  },
  {
    command: /^describe node /,
    line: /^Labels:|^ +(beta\.)?kubernetes\.io\/(arch|os)=|^Annotations:|^Events:|^ +(Type +Reason|-{4} )|RegisteredNode/,
    reason: 'no node controller: neither its event, nor the ttl annotation, nor the beta labels',
  },
  {
    command: /^get nodes .*--show-labels$/,
    line: /kubernetes\.io\/arch=amd64/,
    reason: 'no node controller: no beta labels',
  },
  {
    command: /^get node worker-3 -o jsonpath/,
    line: /"unschedulable":true/,
    reason: 'no node controller: an unschedulable node gets no taint',
  },
  {
    command: /^api-versions$/,
    line: /^[a-z0-9.]+\/v\d$/,
    reason: 'only the API groups the sandbox serves',
  },
  {
    command: /^api-resources /,
    line: /^(componentstatuses|persistentvolumes)$/,
    reason: 'only the resources the sandbox serves',
  },
  // Descriptions are indented; names of fields come at the left or with their type in brackets.
  {
    command: /^explain /,
    line: /^$|^ +[^\t<]+$|^ +<(empty|no description)>$/,
    reason: 'OpenAPI has types but no descriptions',
  },
  {
    command: /^create -f -$/,
    line: /resource mapping not found for name: "x"|^ensure CRDs are installed first$|error validating data: /,
    reason: 'no OpenAPI v2: that a kind is not served is told when kubectl looks for its schema',
  },
  {
    command: /^create token /,
    line: /^error: failed to create token: |^TOKEN$|^exit 1$|^$/,
    reason: 'ServiceAccounts get no tokens',
  },
  {
    command: /^create (quota|pdb) |^autoscale /,
    line: /^error: failed to create |^exit 1$|^(resourcequota\/q|poddisruptionbudget\.policy\/p) created$|\/made autoscaled$/,
    reason: 'ResourceQuotas, PodDisruptionBudgets and HorizontalPodAutoscalers are not served',
  },
  {
    command: /^describe ns /,
    line: /^No (resource quota|LimitRange resource)\.$|^$/,
    reason: 'ResourceQuotas and LimitRanges are not served',
  },
  {
    command: /^debug /,
    line: /^@@ |^[ +-] /,
    reason: 'the refusal to change an ephemeral container does not show what differs',
  },
  {
    command: /^patch deploy made .* --type=merge .*"three"/,
    line: /^The request is invalid: patch: Invalid value: "\{/,
    reason: 'the refused object is quoted with its fields in another order',
  },
];
