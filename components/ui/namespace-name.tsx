import { ForeignText } from './foreign-text.tsx';

/** "shop/checkout": the namespace steps back, the name stands out. */
export function NamespaceName({ namespace, name }: { namespace: string; name: string }) {
  return (
    <>
      <span className="text-ink-3">{namespace}/</span>
      <ForeignText text={name} className="font-medium text-ink" />
    </>
  );
}
