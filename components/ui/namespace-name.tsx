import { ForeignText } from './foreign-text.tsx';

/** The same as a text, for labels. */
export const qualifiedName = ({ namespace, name }: { namespace: string; name: string }): string =>
  namespace === '' ? name : `${namespace}/${name}`;

/** "shop/checkout": the namespace steps back, the name stands out; a node has none. */
export function NamespaceName({ namespace, name }: { namespace: string; name: string }) {
  return (
    <>
      {namespace !== '' && <span className="text-ink-3">{namespace}/</span>}
      <ForeignText text={name} className="font-medium text-ink" />
    </>
  );
}
