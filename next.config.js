/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // The runtime (kube client, informers) lives outside the bundle, in lib/server; see ARCHITECTURE.md.
  serverExternalPackages: ['@kubernetes/client-node', 'undici'],
  // The pages are opened by 127.0.0.1 as well as by localhost.
  allowedDevOrigins: ['127.0.0.1'],
};
