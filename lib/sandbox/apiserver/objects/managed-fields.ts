import type { JsonObject } from './json.ts';
import type { KubeObject } from './kube-object.ts';
import { timestamp } from './kube-object.ts';

type Write = {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
  readonly writer: {
    readonly manager: string;
    readonly operation: 'Update' | 'Apply';
    readonly subresource?: string;
  };
  /** Epoch ms. */
  readonly now: number;
};

/** metadata.managedFields after a write: one entry per manager, operation and subresource. */
export function managedAfterWrite({ after, writer, now }: Write): readonly JsonObject[] {
  const { manager, operation, subresource } = writer;
  const entry: JsonObject = {
    manager,
    operation,
    apiVersion: after.apiVersion,
    time: timestamp(now),
    fieldsType: 'FieldsV1',
    fieldsV1: {},
    ...(subresource !== undefined && { subresource }),
  };
  const others = (after.metadata.managedFields ?? []).filter(
    (known) =>
      known.manager !== manager || known.operation !== operation || known.subresource !== subresource,
  );
  return [...others, entry];
}
