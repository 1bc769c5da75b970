'use client';
import { createContext, useContext, useEffect, useEffectEvent, useId, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { createKeyMatcher, isIgnored } from './keymap.ts';
import type { KeyBinding } from './keymap.ts';

type Page = { readonly bindings: readonly KeyBinding[]; readonly kubectl: string | undefined };
type Registry = {
  readonly set: (id: string, page: Page | undefined) => void;
  readonly pages: ReadonlyMap<string, Page>;
};

const SetContext = createContext<Registry['set']>(() => undefined);
const PagesContext = createContext<Registry['pages']>(new Map());

/** Holds the keys of what is on the screen; the latest registered wins. */
export function KeymapProvider({ children }: { children: ReactNode }) {
  const [pages, setPages] = useState<ReadonlyMap<string, Page>>(new Map());
  const [matcher] = useState(createKeyMatcher);

  const set = useMemo<Registry['set']>(
    () => (id, page) =>
      setPages((current) => {
        const next = new Map(current);
        if (page) next.set(id, page);
        else next.delete(id);
        return next;
      }),
    [],
  );

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || isIgnored(event, target)) return;
    if (document.querySelector('[role="dialog"]')) return;
    const bindings = [...pages.values()].flatMap((page) => page.bindings);
    const match = matcher(event, event.timeStamp, bindings);
    if (!match) return;
    event.preventDefault();
    match.run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);

  return (
    <SetContext value={set}>
      <PagesContext value={pages}>{children}</PagesContext>
    </SetContext>
  );
}

/** Registers keys while the component is mounted; `run` may change freely between renders. */
export function useKeys(bindings: readonly KeyBinding[], kubectl?: string): void {
  const set = useContext(SetContext);
  const id = useId();
  const run = useEffectEvent((keys: string) => bindings.find((binding) => binding.keys === keys)?.run());
  const signature = JSON.stringify(bindings.map(({ keys, label, footer }) => ({ keys, label, footer })));
  useEffect(() => {
    const shown = JSON.parse(signature) as Omit<KeyBinding, 'run'>[];
    set(id, { bindings: shown.map((binding) => ({ ...binding, run: () => run(binding.keys) })), kubectl });
    return () => set(id, undefined);
  }, [set, id, signature, kubectl]);
}

/** Everything registered now: for the footer and the list of keys. */
export function useKeymap(): { bindings: readonly KeyBinding[]; kubectl: string | undefined } {
  const pages = useContext(PagesContext);
  return useMemo(() => {
    const all = [...pages.values()];
    return {
      bindings: all.flatMap((page) => page.bindings),
      kubectl: all.findLast((page) => page.kubectl !== undefined)?.kubectl,
    };
  }, [pages]);
}
