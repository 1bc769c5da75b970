import type { Kind } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** Something somebody does to the cluster: `afterMs` counts from the moment the story begins. */
export type Step = { readonly afterMs: number; readonly title: string; readonly apply: readonly Draft[] };

export type Scenario = {
  /** Used on the command line and in the ConfigMap that plays scenarios. */
  readonly id: string;
  readonly title: string;
  readonly story: string;
  /** What it plays, as the catalogue of causes names it; the sandbox itself never reads it. Absent: nothing is wrong. */
  readonly cause?: string;
  /** What exists before, and runs well. */
  readonly seed: readonly Draft[];
  /** The change that breaks it. Played at once when the scenario is asked for at run time. */
  readonly script: readonly Step[];
  /** Why a real control plane cannot play it, so that comparisons leave it out: the node's own failure, for example. */
  readonly onlyInSandbox?: string;
  /** What everybody should see in the end. */
  readonly expect: Expectation;
};

export type Expectation = {
  readonly namespace: string;
  readonly workload: string;
  /** What the workload is; a Deployment unless said. */
  readonly kind?: Kind;
  /** The reason on the container (waiting or last termination), or on the Pod's condition; without Pods: on the workload's. */
  readonly reason: string;
  readonly exitCode?: number;
  /** Which container says so, init containers too; any of the Pod unless said. */
  readonly container?: string;
  /** How its last run ended: `OOMKilled`, `StartError`, `Completed`. */
  readonly ended?: string;
  /** Words it writes in its log. */
  readonly log?: string;
  /** Words of the container's message, or of the Event's. */
  readonly says?: string;
  /** The Event that tells it where no status does, and what it is about. */
  readonly event?: { readonly reason: string; readonly about: Kind };
  /** The reason is that of the Job that has failed, of a CronJob the newest one. */
  readonly failedJob?: true;
  /** Nobody may create the Pods: of the new revision there is none at all. */
  readonly noPod?: true;
  /** Others that fail of the same, as `namespace/name`. */
  readonly others?: readonly string[];
};

/** A scenario is data that can be read aloud; this only checks its shape. */
export const defineScenario = (scenario: Scenario): Scenario => scenario;

export const after = (afterMs: number, title: string, ...apply: readonly Draft[]): Step => ({
  afterMs,
  title,
  apply,
});
