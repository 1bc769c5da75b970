import { creating } from './creating.ts';
import { deleting } from './deleting.ts';
import { lab } from './lab.ts';
import { nodes } from './nodes.ts';
import { policies } from './policies.ts';
import { refusals } from './refusals.ts';
import { plain, type Step } from './step.ts';
import { watching } from './watching.ts';
import { workloads } from './workloads.ts';
import { writing } from './writing.ts';

/** Everything the sandbox is meant to answer: first the nodes, whose pods all tracks share. */
export const BEFOREHAND: readonly Step[] = nodes;

/** Each in a namespace of its own; the steps of one come one after the other. */
export const TRACKS: Readonly<Record<string, readonly Step[]>> = {
  lab,
  desk: [...creating, ...writing, ...refusals],
  watched: [...watching, ...deleting],
  fleet: workloads,
  ruled: policies,
};

/** The tracks' namespaces bear their names, but for the lab's. */
export const AFTERWARDS: readonly Step[] = plain('delete namespace lab30 desk watched fleet ruled');
