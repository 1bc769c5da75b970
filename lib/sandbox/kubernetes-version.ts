/**
 * The Kubernetes whose answers and behaviour the sandbox and its nodes give. The suffix says that this is not it; the
 * number is that of the control plane both are compared with (e2e/control-plane/go.mod).
 */
export const KUBERNETES_VERSION = 'v1.35.4+sandbox';
