import type { JsonObject } from './json.ts';
import { isEqual, isObject, mapField, objectAt, stringAt, stringMapAt, valueAt } from './json.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** What the server writes into a new object out of its identity (registry/batch/job and apps/daemonset strategies). */
export function withGenerated(kind: string, object: JsonObject): JsonObject {
  if (kind === 'Job') return withJobSelector(object);
  if (kind === 'DaemonSet') return withTemplateGeneration(object, 1);
  return object;
}

/** A changed template of a DaemonSet is counted in an annotation that is deprecated and still there. */
export function withGeneratedUpdate<T extends JsonObject>(kind: string, current: JsonObject, next: T): T {
  if (kind !== 'DaemonSet') return next;
  const before = Number(valueAt(current, 'metadata', 'annotations', TEMPLATE_GENERATION) ?? '1');
  const isSame = isEqual(valueAt(current, 'spec', 'template'), valueAt(next, 'spec', 'template'));
  return withTemplateGeneration(next, isSame ? before : before + 1);
}

function withTemplateGeneration<T extends JsonObject>(object: T, generation: number): T {
  const metadata = objectAt(object, 'metadata');
  const annotations = { ...stringMapAt(metadata, 'annotations'), [TEMPLATE_GENERATION]: String(generation) };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** Unless manualSelector is set, a Job selects its Pods by its own uid (generateSelector). */
function withJobSelector(job: JsonObject): JsonObject {
  return withTemplateLabels(
    valueAt(job, 'spec', 'manualSelector') === true ? job : withGeneratedSelector(job),
  );
}

/** A Job without labels shows those of its Pods. */
function withTemplateLabels(job: JsonObject): JsonObject {
  const metadata = objectAt(job, 'metadata');
  if (Object.keys(stringMapAt(metadata, 'labels')).length > 0) return job;
  const labels = stringMapAt(job, 'spec', 'template', 'metadata', 'labels');
  return { ...job, metadata: { ...metadata, labels } };
}

function withGeneratedSelector(job: JsonObject): JsonObject {
  const uid = stringAt(job, 'metadata', 'uid') ?? '';
  const name = stringAt(job, 'metadata', 'name') ?? '';
  const generated = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  return mapField(job, 'spec', (spec) => {
    if (!isObject(spec)) return spec;
    const template = objectAt(spec, 'template');
    const metadata = objectAt(template, 'metadata');
    const labels = { ...stringMapAt(metadata, 'labels'), ...generated };
    return {
      ...spec,
      selector: {
        ...objectAt(spec, 'selector'),
        matchLabels: { 'batch.kubernetes.io/controller-uid': uid },
      },
      template: { ...template, metadata: { ...metadata, labels } },
    };
  });
}
