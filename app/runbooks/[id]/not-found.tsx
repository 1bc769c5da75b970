import { RunbooksScreen } from '#components/runbooks/runbooks-screen.tsx';
import { runtime } from '#lib/server/runtime.ts';

export default async function RunbookNotFound() {
  return <RunbooksScreen list={await runtime().runbooks.list()} missing />;
}
