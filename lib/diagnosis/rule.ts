import type { Finding } from '#lib/model/finding.ts';
import type { ContainerInput, DiagnosisInput } from './diagnosis-input.ts';

/** Explains a whole pod, or why there is none. */
export type PodRule = (input: DiagnosisInput) => Finding | undefined;

/** Explains one container. A rule answers with evidence, or not at all. */
export type ContainerRule = (input: ContainerInput) => Finding | undefined;
