import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beamMonitor } from '../../../actors/beam-monitor/actor.ts';
import { BeamMonitorConfig } from '../../../actors/beam-monitor/config.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import type { RunningActor } from '../../../runtime/actor.ts';
import { type FakeContext, fakeContext } from '../../helpers/fake-context.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

const DEVICES = `E:TRTGTD in float 1 E12
E:HPTGT  in float 7 mm
E:NBCCNT in int
E:MMA1PD out float 1 V
`;

export interface Monitor extends AsyncDisposable {
  readonly context: FakeContext;
  readonly actor: RunningActor;
  readonly bodies: () => readonly Readings[];
  /** Refusals counted under a reason. */
  readonly refused: (reason: string) => number;
}

/** The beam monitor as the host would start it, on free ports, without NATS. */
export async function startMonitor(
  server: string,
  callback: object = {},
  more: object = {},
): Promise<Monitor> {
  const directory = await temporaryDirectory();
  const devices = join(directory.path, 'devices.txt');
  await writeFile(devices, DEVICES);
  const context = fakeContext();
  const config = BeamMonitorConfig.parse({
    server,
    devices,
    backOff: { first: '10ms', max: '50ms' },
    ...more,
    callback: { listen: { port: 0 }, ...callback },
  });
  const actor = await beamMonitor.start(config, context);
  return {
    context,
    actor,
    bodies: () => context.published.map(({ body }) => body as Readings),
    refused: reason => context.counts.get(`refused{reason=${reason}}`) ?? 0,
    async [Symbol.asyncDispose]() {
      context.abort();
      await actor[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
