import { STREAMS, type StreamSpec } from '../../protocol/subjects.ts';
import { type Costs, MEASURED_VALUES, NUMBERS } from './costs.ts';
import type { Workload } from './workload.ts';

/**
 * How long a stream of one site keeps what it is given, in seconds: by its age, or sooner by its size. No consumer may be away
 * for longer, so this too is a limit of the rate.
 */
export function keptSeconds(stream: 'BEAM' | 'SPILL', workload: Workload, costs: Costs = NUMBERS): number {
  const { maxBytes, maxAgeMs }: StreamSpec = STREAMS[stream];
  const each = stream === 'BEAM' ? costs.beamBytes : costs.spillBytes;
  const perSecond = (each * workload.spillsPerSecond * workload.valuesPerSpill) / MEASURED_VALUES;
  return Math.min(maxAgeMs / 1000, maxBytes / perSecond);
}
