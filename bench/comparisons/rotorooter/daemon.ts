import { pino } from 'pino';
import { RotorooterConfig } from '../../../actors/rotorooter/config.ts';
import { startDaemon } from '../../../actors/rotorooter/daemon.ts';

/**
 * The daemon in a process of its own, as it always is. Its one argument is the directory; says on which port it listens, and
 * from then on, whenever it is sent anything, how many syncs it has made.
 */

let syncs = 0;
const daemon = await startDaemon({
  ...RotorooterConfig.parse({ port: 0, roll: { bytes: '64GiB' } }),
  directory: process.argv[2] ?? '.',
  log: pino({ level: 'warn' }),
  clock: Date.now,
  random: Math.random,
  onSync: () => {
    syncs += 1;
  },
});
process.on('message', () => process.send?.({ syncs }));
process.once('disconnect', () => {
  void daemon[Symbol.asyncDispose]().then(() => process.exit());
});
process.send?.({ port: daemon.port });
