import type { Certainty, Evidence, Remedy } from './finding.ts';
import type { Severity } from './problem.ts';

/** What several incidents can have in common. `cluster`: everything there is. `error`: only the last words of their logs. */
export const FACTOR_KINDS = [
  'registry',
  'image',
  'secret',
  'config-map',
  'service-account',
  'quota',
  'webhook',
  'dependency',
  'node',
  'namespace',
  'error',
  'cluster',
] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** The common factor: "registry ghcr.io", "Secret db in shop", "registry ghcr.io on node-3". */
export type Factor = {
  readonly kind: FactorKind;
  readonly name: string;
  /** Of a namespaced object; or the namespace outside of which it works. */
  readonly namespace?: string;
  /** The only node on which it fails. */
  readonly node?: string;
};

/** One cause behind several incidents. The incidents stay what they are; this only stands above them. */
export type SharedCause = {
  /** hash(cluster, what fails, factor): the same while members come and go. */
  readonly id: string;
  readonly state: 'open' | 'recovered';
  readonly causeId: string;
  readonly factor: Factor;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** Under 38 characters: the table cell. */
  readonly title: string;
  readonly sentence: string;
  readonly sinceAt: number;
  readonly recoveredAt?: number;
  /** Incident ids, sorted; those that recovered meanwhile too. */
  readonly members: readonly string[];
  /** How many of the members still fail. */
  readonly failing: number;
  readonly workloads: number;
  readonly namespaces: readonly string[];
  /** Where the failing pods are. */
  readonly nodes: readonly string[];
  /** Failing pods. */
  readonly pods: number;
  readonly supports: readonly Evidence[];
  /** What speaks against it, and what nobody tried: a cause without a healthy witness says so here. */
  readonly doubts: readonly string[];
  readonly remedies: readonly Remedy[];
};
