import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';

/** One column of a server-side Table (kubernetes/pkg/printers/internalversion/printers.go). */
export type Column = {
  readonly name: string;
  readonly type?: 'string' | 'integer' | 'boolean';
  readonly format?: '' | 'name';
  /** 1 is shown by `-o wide` only. */
  readonly priority?: 0 | 1;
  /** `now` is epoch ms: the server, not the client, computes ages. */
  readonly cell: (object: KubeObject, now: number) => Json;
};
