'use client';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { ActionSpec } from '#lib/contract/shared.ts';
import type { ActionFlow } from './action-flow.ts';
import type { ActionRequest } from './action-request.ts';

type Props = {
  request: ActionRequest;
  flow: ActionFlow;
  onCheck: (spec: ActionSpec) => void;
  onEdit: () => void;
};

/** Which container gets which image. A change asks for a new preview: nothing unseen is confirmed. */
export function ImageForm({ request, flow, onCheck, onEdit }: Props) {
  const offered = request.offer.spec?.type === 'set-image' ? request.offer.spec : undefined;
  const [container, setContainer] = useState(offered?.container ?? request.containers[0]?.name ?? '');
  const imageOf = (name: string) => request.containers.find((entry) => entry.name === name)?.image ?? '';
  const [image, setImage] = useState(offered?.image ?? imageOf(container));
  const complete = container !== '' && image.trim() !== '';
  const check = () => {
    if (complete) onCheck({ type: 'set-image', container, image: image.trim() });
  };
  const field = 'h-8 rounded-2 border border-control bg-surface px-2.5';
  return (
    <div className="flex items-end gap-2 pb-2">
      <label className="flex flex-col gap-1 text-12">
        <span className="font-semibold text-ink-2">Container</span>
        <select
          value={container}
          disabled={flow.phase === 'sending'}
          onChange={(event) => {
            setContainer(event.target.value);
            setImage(imageOf(event.target.value));
            onEdit();
          }}
          className={`${field} text-13`}
        >
          {request.containers.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="flex min-w-0 flex-1 flex-col gap-1 text-12">
        <span className="font-semibold text-ink-2">Image</span>
        <input
          autoFocus
          spellCheck={false}
          value={image}
          disabled={flow.phase === 'sending'}
          onChange={(event) => {
            setImage(event.target.value);
            if (flow.phase !== 'form') onEdit();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || flow.phase !== 'form') return;
            event.preventDefault();
            if (!event.repeat) check();
          }}
          className={`${field} mono`}
        />
      </label>
      <Button onClick={check} disabled={flow.phase !== 'form' || !complete} className="h-8">
        Check
      </Button>
    </div>
  );
}
