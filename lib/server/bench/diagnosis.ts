import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import type { DiagnosisInput, LogTailInput } from '#lib/diagnosis/diagnosis-input.ts';
import type { Pod } from '#lib/model/pod.ts';
import { momentOf } from '#lib/server/offline/newest-time.ts';
import { offlineCluster } from '#lib/server/offline/offline-cluster.ts';
import { readManifests } from '#lib/server/offline/read-manifests.ts';
import { measure } from './median.ts';

const DIAGNOSES = 10_000;
const LOG_LINES = 200;
/** What a real kubelet wrote of pods in trouble; see e2e/control-plane/record-kubelet.ts. */
const RECORDED = join('lib', 'testing', 'recorded', 'kubelet');

/** One line of JSON: 10,000 diagnoses of recorded pods with events, nodes, references and a log, beside a floor. */
export function benchDiagnosis(): Readonly<Record<string, unknown>> {
  const inputs = recordedInputs();
  const prepare = () =>
    Array.from({ length: DIAGNOSES }, (_, index) => inputs[index % inputs.length]).flatMap((input) =>
      input ? [withOwnLogs(input)] : [],
    );
  let findings = 0;
  const diagnoses = measure(prepare, (all) => {
    for (const input of all) findings += diagnose(input).length;
  });
  let characters = 0;
  const floor = measure(prepare, (all) => {
    for (const input of all) characters += JSON.stringify(input).length;
  });
  return {
    bench: 'diagnosis',
    diagnoses: DIAGNOSES,
    pods: inputs.length,
    medianMs: diagnoses.medianMs,
    runsMs: diagnoses.runsMs,
    floor: 'JSON.stringify of the same inputs',
    floorMedianMs: floor.medianMs,
    goalMs: 1000,
    isMet: diagnoses.medianMs <= 1000,
    // Shown so that no run can be optimised away.
    checksum: `${findings}/${characters}`,
  };
}

function recordedInputs(): readonly DiagnosisInput[] {
  const objects = ['pods', 'events'].flatMap(
    (kind) => readManifests(readFileSync(join(RECORDED, `${kind}.json`), 'utf8'), kind).objects,
  );
  const { stores, references } = offlineCluster({ objects, listedKinds: new Set(['Pod', 'Event']) });
  const now = momentOf(objects, 0);
  const events = stores.events.list();
  return stores.pods.list().map((pod): DiagnosisInput => {
    const { name, namespace, uid } = pod.meta;
    return {
      now,
      owner: { kind: 'Pod', namespace, name, uid },
      pod,
      siblings: [],
      events: events.filter(({ regarding }) => regarding.uid === uid),
      nodes: stores.nodes.list(),
      runningImages: stores.pods
        .list()
        .flatMap(({ template }) => template.containers.map(({ image }) => image)),
      changes: [],
      references: references.get(pod),
      logs: logsOf(pod),
      services: [],
      endpointSlices: [],
    };
  });
}

/** A long log that no rule explains: every pattern has to be tried on every line of it. */
function logsOf({ template }: Pod): ReadonlyMap<string, LogTailInput> {
  const lines = Array.from({ length: LOG_LINES }, (_, index) => ({
    text: `2026-01-15T10:00:${String(index % 60).padStart(2, '0')}Z INFO request ${index} GET /api/items/${index} took ${index % 97} ms`,
  }));
  return new Map(template.containers.map(({ name }) => [name, { lines }]));
}

/** The search remembers the lines of a log it has cleaned: no diagnosis may live on what another one did. */
function withOwnLogs(input: DiagnosisInput): DiagnosisInput {
  const logs = [...input.logs].map(([name, { lines }]) => [name, { lines: [...lines] }] as const);
  return { ...input, logs: new Map(logs) };
}
