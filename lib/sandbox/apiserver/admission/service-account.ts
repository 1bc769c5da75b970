import type { AdmissionPlugin } from './admit.ts';

/** Gives a Pod the identity it runs as (kubernetes/plugin/pkg/admission/serviceaccount). */
export const serviceAccount: AdmissionPlugin = { name: 'ServiceAccount' };
