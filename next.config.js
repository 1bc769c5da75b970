/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` does it for the whole project; a start must not wait for it.
  typescript: { ignoreBuildErrors: true },
  // The runtime (kube client, informers) lives outside the bundle, in lib/server; see ARCHITECTURE.md.
  serverExternalPackages: ['@kubernetes/client-node', 'undici'],
  // The pages are opened by 127.0.0.1 as well as by localhost.
  allowedDevOrigins: ['127.0.0.1'],
};
