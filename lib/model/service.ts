import type { ObjectMeta } from './object-meta.ts';

export type Service = {
  readonly kind: 'Service';
  readonly meta: ObjectMeta;
  /** Virtual address; absent for headless Services and names that point elsewhere. */
  readonly clusterIp?: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort: number | string;
  }[];
};

export type EndpointSlice = {
  readonly kind: 'EndpointSlice';
  readonly meta: ObjectMeta;
  readonly serviceName: string;
  readonly endpoints: readonly { readonly podName?: string; readonly ready: boolean }[];
};
