import { ForeignText } from '#components/ui/foreign-text.tsx';
import type { FieldChange } from './field-change.ts';

function Line({ sign, text }: { sign: 'minus' | 'plus'; text: string }) {
  const look = sign === 'minus' ? 'bg-del-bg text-del' : 'bg-add-bg text-add';
  return (
    <div className={`px-2.5 whitespace-pre-wrap [overflow-wrap:anywhere] ${look}`}>
      <span aria-hidden="true">{sign === 'minus' ? '− ' : '+ '}</span>
      <span className="sr-only">{sign === 'minus' ? 'removed ' : 'added '}</span>
      <ForeignText text={text} />
    </div>
  );
}

/** Field by field: path, what was, what is. Sign, word and colour. */
export function FieldDiff({ fields, label }: { fields: readonly FieldChange[]; label: string }) {
  if (fields.length === 0) return <p className="text-ink-3">No field differs.</p>;
  return (
    <div
      role="group"
      aria-label={label}
      className="mono dims overflow-hidden rounded-1 border border-line text-12/[20px]"
    >
      {fields.map((field) => (
        <div key={field.path}>
          <div className="bg-surface-2 px-2.5 text-ink-3 [overflow-wrap:anywhere]">
            <ForeignText text={field.path} />
          </div>
          {field.before !== undefined && <Line sign="minus" text={field.before} />}
          {field.after !== undefined && <Line sign="plus" text={field.after} />}
        </div>
      ))}
    </div>
  );
}
