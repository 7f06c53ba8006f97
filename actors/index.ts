import type { ActorDefinition } from '../runtime/actor.ts';
import { alarmDispatcher } from './alarm-dispatcher/actor.ts';
import { alarmEngine } from './alarm-engine/actor.ts';
import { auditor } from './auditor/actor.ts';
import { beamMonitor } from './beam-monitor/actor.ts';
import { bufferKeeper } from './buffer-keeper/actor.ts';
import { eventIntake } from './event-intake/actor.ts';
import { gateway } from './gateway/actor.ts';
import { pedestalMaker } from './pedestal-maker/actor.ts';
import { recorder } from './recorder/actor.ts';
import { rotorooter } from './rotorooter/actor.ts';
import { rotorooterFeed } from './rotorooter-feed/actor.ts';
import { runSummaryActor } from './run-summary/actor.ts';
import { sentinel } from './sentinel/actor.ts';
import { spillPacker } from './spill-packer/actor.ts';

/** Every actor there is, in the order in which data passes through them. */
export const actors: readonly ActorDefinition<unknown>[] = [
  beamMonitor,
  spillPacker,
  rotorooter,
  rotorooterFeed,
  eventIntake,
  pedestalMaker,
  sentinel,
  runSummaryActor,
  bufferKeeper,
  auditor,
  recorder,
  alarmEngine,
  alarmDispatcher,
  gateway,
];
