import type { Kind, KubeObject, Labels, OwnerReference } from './objects.ts';
import type { ObjectKey } from './kinds.ts';

/** An object to be created; the API server fills in the rest. With `generateName` the client picks the suffix. */
export type Draft = {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
    readonly ownerReferences?: readonly OwnerReference[];
    readonly finalizers?: readonly string[];
  };
  readonly [field: string]: unknown;
};

export type EventDraft = {
  readonly verb: 'event';
  readonly about: { readonly kind: Kind; readonly object: KubeObject; readonly fieldPath?: string };
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
};

/** What a reconcile pass asks for. Reconcilers return these; only the shell talks to the API server. */
export type Write =
  | {
      readonly verb: 'create';
      readonly object: Draft;
      readonly created?: (name: string) => EventDraft;
      /** What to say when the server refuses it. */
      readonly refused?: (message: string) => EventDraft;
      /** Creates of one batch are all tried; a refusal stops the pass after its batch. */
      readonly batch?: number;
      /** What only makes sense once it exists, e.g. a status with its uid. */
      readonly followUp?: (created: KubeObject) => readonly Write[];
    }
  | {
      readonly verb: 'merge';
      readonly target: ObjectKey;
      readonly patch: unknown;
      readonly subresource?: 'status';
    }
  | {
      readonly verb: 'delete';
      readonly target: ObjectKey;
      readonly uid: string;
      readonly graceSeconds?: number;
      /** What becomes of dependents; the server's default for the kind when absent. */
      readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
    }
  | EventDraft;

export function targetOf(kind: Kind, { metadata }: KubeObject): ObjectKey {
  return { kind, name: metadata.name, namespace: metadata.namespace };
}

/** A controller's owner reference to `owner`. */
export function controllerRef(apiVersion: string, kind: Kind, { metadata }: KubeObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export const isControlledBy = ({ metadata }: KubeObject, owner: KubeObject): boolean =>
  metadata.ownerReferences?.some((ref) => ref.controller === true && ref.uid === owner.metadata.uid) ?? false;
