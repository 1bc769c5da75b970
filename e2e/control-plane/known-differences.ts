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
  // Descriptions are indented; names of fields come at the left or with their type in brackets.
  {
    command: /^explain /,
    line: /^$|^ +[^\t<]+$|^ +<(empty|no description)>$/,
    reason: 'OpenAPI has types but no descriptions',
  },
  {
    command: /^api-versions$/,
    line: /^[a-z0-9.]+\/v\d$/,
    reason: 'only the API groups the sandbox serves',
  },
];
