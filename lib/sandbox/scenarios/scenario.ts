import type { Kind } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** Something somebody does to the cluster: `afterMs` counts from the moment the story begins. */
export type Step = {
  readonly afterMs: number;
  /**
   * At run time: how long after the step before it, at once when absent; of the first step, how long what the story
   * begins with has to live if it was not there.
   */
  readonly waitMs?: number;
  readonly title: string;
  readonly apply: readonly Draft[];
};

/** One thing anybody can see with kubectl, beside the reason of a scenario. Texts are parts of the whole. */
export type Sighting =
  /** A condition of an object; of some pod of the workload when it is not named. */
  | {
      readonly on: 'condition';
      readonly of: 'Pod' | 'Node' | 'Deployment';
      readonly name?: string;
      readonly type: string;
      readonly status?: 'True' | 'False' | 'Unknown';
      readonly reason?: string;
      readonly message?: string;
    }
  /** An Event, by the kind of what it is about. */
  | { readonly on: 'event'; readonly of: string; readonly reason: string; readonly message?: string }
  /** How many pods of the workload there are in a phase, or on their way out. */
  | { readonly on: 'pods'; readonly state: PodPhase | 'Terminating'; readonly count: number };

type PodPhase = 'Pending' | 'Running' | 'Failed' | 'Succeeded';

export type Scenario = {
  /** Used on the command line and in the ConfigMap that plays scenarios. */
  readonly id: string;
  readonly title: string;
  readonly story: string;
  /** What it plays, as the catalogue of causes names it; the sandbox itself never reads it. Absent: nothing is wrong. */
  readonly cause?: string;
  /** The object whose trouble it is, where that is not the workload: a node that is down, for example. */
  readonly causeOf?: { readonly kind: 'Node'; readonly name: string };
  /** What else is true of the same object, and told beside the cause. */
  readonly alsoTrue?: readonly string[];
  /** What exists before, and runs well. */
  readonly seed: readonly Draft[];
  /** The change that breaks it. Played at once when the scenario is asked for at run time. */
  readonly script: readonly Step[];
  /** Why a real control plane cannot play it, so that comparisons leave it out: what it waits for is hours away, for example. */
  readonly onlyInSandbox?: string;
  /** Why it takes another course each time on a real control plane and only its end can be compared: controllers that wait. */
  readonly ownPace?: string;
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
  readonly sights?: readonly Sighting[];
};

/** A scenario is data that can be read aloud; this only checks its shape. */
export const defineScenario = (scenario: Scenario): Scenario => scenario;

export const after = (afterMs: number, title: string, ...apply: readonly Draft[]): Step => ({
  afterMs,
  title,
  apply,
});

/** A step that needs what came before it to have worked for `waitMs`, at run time too. */
export const later = (waitMs: number, step: Step): Step => ({ ...step, waitMs });
