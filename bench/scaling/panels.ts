import type { Panel } from './picture.ts';
import { BEAM, layoutOf, MEASURED_NODE, NUMI, SITE } from './workload.ts';

/** The picture of docs/scaling.md. */
export const PANELS: readonly Panel[] = [
  {
    title: 'One experiment, one node of 2 cores',
    axis: 'spills/s of 2,593 values',
    growing: 'spillsPerSecond',
    from: 0.1,
    to: 1_000,
    nodes: 1,
    node: MEASURED_NODE,
    workload: BEAM,
    layout: layoutOf(1),
    parts: ['cores', 'listener', 'store', 'alarms', 'recorder', 'file', 'stream', 'disk'],
    marks: [{ at: NUMI.spillsPerSecond, label: 'NuMI' }],
  },
  {
    title: 'Sites with beam line and camera, 10 nodes of 2 cores',
    axis: 'sites',
    growing: 'sites',
    from: 1,
    to: 1_000,
    nodes: 10,
    node: MEASURED_NODE,
    workload: SITE,
    layout: layoutOf(10),
    parts: ['disk', 'network', 'cores', 'memory', 'raft groups', 'store', 'event store', 'sentinel'],
    marks: [],
  },
];
