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
    command: /^api-versions$/,
    line: /^(?!metrics)[a-z0-9.]+\/v\d$/,
    reason: 'only the API groups the sandbox serves',
  },
  {
    command: /^top |^api-versions$/,
    line: /^error: Metrics API not available$|^exit 1$|^NAME +CPU|^(control-plane|worker-\d) |^No resources found|^metrics\.k8s\.io/,
    reason: 'no metrics-server beside the real control plane; the sandbox has one built in',
  },
  {
    command: /^api-resources /,
    line: /^componentstatuses$/,
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
    command: /^debug |^patch pvc /,
    line: /^@@ |^[ +-] |^$/,
    reason: 'the refusal to change what is fixed does not show what differs',
  },
  {
    command: /^patch deploy made .* --type=merge .*"three"/,
    line: /^The request is invalid: patch: Invalid value: "\{/,
    reason: 'the refused object is quoted with its fields in another order',
  },
];
