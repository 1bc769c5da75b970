import type { KubeObject, Labels } from './objects.ts';

export type Service = KubeObject & {
  readonly spec: {
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly selector?: Labels;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: number | string;
      readonly protocol?: string;
    }[];
  };
};

export type Endpoint = {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
  };
};
export type EndpointSlice = KubeObject & {
  readonly addressType: string;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?:
    readonly { readonly name: string; readonly port: number; readonly protocol: string }[] | null;
};
