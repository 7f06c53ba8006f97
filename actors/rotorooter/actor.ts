import { join } from 'node:path';
import type { ActorDefinition } from '../../runtime/actor.ts';
import { RotorooterConfig } from './config.ts';
import { startDaemon } from './daemon.ts';
import { tellClosed } from './tell-closed.ts';

/**
 * The rotorooter as an actor: it consumes no stream, its input is the TCP port, so that feeds on other hosts, and
 * clients that are not ours, reach it the same way. `spillway rotorooter` runs the same daemon without NATS.
 */
export const rotorooter: ActorDefinition<RotorooterConfig> = {
  name: 'rotorooter',
  summary: 'writes packed records into beam files for the offline stream',
  consumes: [],
  produces: ['LEDGER'],
  config: RotorooterConfig,
  async start(config, context) {
    const { dataDirectory, log, clock, random } = context;
    const directory = config.directory ?? join(dataDirectory, 'beam');
    const daemon = await startDaemon({
      ...config,
      directory,
      log,
      clock,
      random,
      onSync: milliseconds => context.observe('sync', milliseconds),
      onCut: cut => context.count('rejected', { reason: cut.status }),
    });
    const stopping = new AbortController();
    const telling = tellClosed(directory, context, AbortSignal.any([context.signal, stopping.signal]));
    return {
      lanes: [],
      health: () => daemon.health(),
      async [Symbol.asyncDispose]() {
        stopping.abort();
        await telling;
        await daemon[Symbol.asyncDispose]();
      },
    };
  },
};
