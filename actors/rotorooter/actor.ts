import { join } from 'node:path';
import type { ActorDefinition } from '../../runtime/actor.ts';
import { RotorooterConfig } from './config.ts';
import { startDaemon } from './daemon.ts';

/**
 * The rotorooter as an actor: it consumes no stream, its input is the TCP port, so that feeds on other hosts, and
 * clients that are not ours, reach it the same way. `spillway rotorooter` runs the same daemon without NATS.
 */
export const rotorooter: ActorDefinition<RotorooterConfig> = {
  name: 'rotorooter',
  summary: 'writes packed records into beam files for the offline stream',
  consumes: [],
  produces: [],
  config: RotorooterConfig,
  async start(config, context) {
    const { dataDirectory, log, clock, random } = context;
    const daemon = await startDaemon({
      ...config,
      directory: config.directory ?? join(dataDirectory, 'beam'),
      log,
      clock,
      random,
      onSync: milliseconds => context.observe('sync', milliseconds),
      onCut: cut => context.count('rejected', { reason: cut.status }),
    });
    return {
      lanes: [],
      health: () => daemon.health(),
      [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
    };
  },
};
