import type { Comparison } from '../harness/comparison.ts';
import { alarmEvaluation, alarmLag, alarmWebhook } from './alarms/comparison.ts';
import { boards } from './boards/comparison.ts';
import { chain, chainLatency } from './chain/comparison.ts';
import { listener } from './listener/comparison.ts';
import { liveViewers } from './live-viewers/comparison.ts';
import { pack, unpack } from './raw-block/comparison.ts';
import { readingsSize, readingsSustained } from './readings/comparison.ts';
import { rotorooter } from './rotorooter/comparison.ts';
import { reconstruction, reconstructionThreads } from './sentinel/comparison.ts';
import { start, startMemory } from './start/comparison.ts';
import { streamToStore, streamToStoreCore } from './stream-to-store/comparison.ts';
import { xmlRpcDecode } from './xml-rpc-decode/comparison.ts';

/** Every comparison, in the order in which they are run and told. */
export const COMPARISONS: readonly Comparison[] = [
  ...xmlRpcDecode,
  listener,
  pack,
  unpack,
  reconstruction,
  reconstructionThreads,
  alarmWebhook,
  alarmEvaluation,
  alarmLag,
  liveViewers,
  chain,
  chainLatency,
  streamToStore,
  streamToStoreCore,
  readingsSustained,
  readingsSize,
  rotorooter,
  boards,
  start,
  startMemory,
];
