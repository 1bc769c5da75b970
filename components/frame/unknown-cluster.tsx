'use client';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';

/** The URL names a context this server does not have: a colleague's link, or a changed kubeconfig. */
export function UnknownCluster() {
  const cluster = useCluster();
  return (
    <div role="alert" className="px-4 py-6">
      <h1 className="text-18 font-semibold">
        There is no cluster <ForeignText text={cluster} className="mono" /> here.
      </h1>
      <p className="mt-1 text-ink-2">
        The kubeconfig of this server has no such context. Choose one in the top bar.
      </p>
    </div>
  );
}
