import type { DetectorDescription } from '../../../protocol/detector/description.ts';
import type { SlowEquipment } from '../../../protocol/detector/slow-control.ts';
import type { ActorContext } from '../../../runtime/actor.ts';
import type { EventIntakeConfig } from '../config.ts';
import type { Figures } from '../figures.ts';
import type { Patience } from '../keep/patience.ts';
import type { Pipeline } from '../keep/pipeline.ts';

/** What everything that takes events needs. */
export interface Intake {
  readonly context: ActorContext;
  readonly config: EventIntakeConfig;
  readonly description: DetectorDescription;
  /** By event id. */
  readonly slowControl: ReadonlyMap<number, SlowEquipment>;
  readonly pipeline: Pipeline;
  readonly patience: Patience;
  readonly figures: Figures;
  readonly signal: AbortSignal;
}
