import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addressesPath, type Overrides } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { cameraDirectory } from './camera.ts';
import { reservePort } from './ports.ts';

/** Where everything that `up` runs itself will listen; undefined for what is not embedded. */
export interface Plan {
  readonly nats: { readonly port: number; readonly monitorPort: number } | undefined;
  readonly clickhouse: { readonly port: number } | undefined;
  readonly simulator: { readonly port: number } | undefined;
  readonly camera: { readonly port: number } | undefined;
  readonly receiver: { readonly port: number } | undefined;
  readonly rotorooterPort: number | undefined;
  readonly gatewayPort: number | undefined;
  /** What the processes that `up` starts, and commands in other terminals, must know of it. */
  readonly overrides: Overrides;
}

/** What `up` has to know of the actors' sections: ports that others are told. */
interface DaemonSection {
  readonly port: number;
}

interface GatewaySection {
  readonly listen: { readonly port: number };
}

interface ListenerSection {
  readonly callback: { readonly listen: { readonly port: number } };
}

/** Chooses a port for each embedded service, the configured one where it is free; `owned` holds the choices. */
export async function planPorts(config: Config, owned: AsyncDisposableStack): Promise<Plan> {
  const choose = (preferred: number) => reservePort(preferred, owned);
  const { nats, clickhouse, simulator, camera, receiver } = config.embedded;
  const daemon = config.actors['rotorooter'] as DaemonSection | undefined;
  const listener = config.actors['beam-monitor'] as ListenerSection | undefined;
  const gateway = config.actors['gateway'] as GatewaySection | undefined;
  const plan = {
    nats: nats && { port: await choose(nats.port), monitorPort: await choose(0) },
    clickhouse: clickhouse && { port: await choose(clickhouse.port) },
    simulator: simulator && { port: await choose(simulator.port) },
    camera: camera && { port: await choose(camera.port) },
    receiver: receiver && { port: await choose(receiver.port) },
    rotorooterPort: daemon && (await choose(daemon.port)),
    gatewayPort: gateway && (await choose(gateway.listen.port)),
  };
  const overrides: Overrides = {};
  if (plan.nats) {
    overrides['embedded.nats'] = null;
    overrides['nats'] = {
      servers: [`nats://127.0.0.1:${plan.nats.port}`],
      nkeys: embeddedKeys(config.dataDirectory),
    };
  }
  if (plan.clickhouse) {
    overrides['embedded.clickhouse'] = null;
    overrides['store'] = { url: `http://127.0.0.1:${plan.clickhouse.port}`, user: 'spillway' };
  }
  if (plan.simulator) {
    overrides['actors.beam-monitor.server'] = `${localUrl(plan.simulator.port)}/xmlrpc/Accelerator`;
  }
  if (listener) {
    // The front end keeps calling the address it was given: a restarted listener must be there again.
    overrides['actors.beam-monitor.callback.listen.port'] = await choose(listener.callback.listen.port);
  }
  if (camera && config.actors['event-intake'] !== undefined) {
    overrides['actors.event-intake.source'] = { directory: cameraDirectory(config) };
  }
  if (plan.rotorooterPort !== undefined) {
    overrides['actors.rotorooter.port'] = plan.rotorooterPort;
    if (config.actors['rotorooter-feed'] !== undefined) {
      overrides['actors.rotorooter-feed.port'] = plan.rotorooterPort;
    }
  }
  if (plan.gatewayPort !== undefined) overrides['actors.gateway.listen.port'] = plan.gatewayPort;
  if (plan.receiver && config.actors['alarm-dispatcher'] !== undefined) {
    // To the dispatcher every webhook's address is a secret, so this one too is handed over in a file.
    const file = receiverAddressPath(config.dataDirectory);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${localUrl(plan.receiver.port)}/alerts\n`);
    const link = plan.gatewayPort === undefined ? {} : { link: localUrl(plan.gatewayPort) };
    overrides[`actors.alarm-dispatcher.channels.${RECEIVER_CHANNEL}`] = {
      kind: 'webhook',
      url: { file },
      perMinute: 600,
      ...link,
    };
  }
  return { ...plan, overrides };
}

/** Keys of the users of the embedded NATS: others on this machine can connect to it, and have none. */
export const embeddedKeys = (dataDirectory: string): string => join(dataDirectory, 'nats-access');

export const localUrl = (port: number): string => `http://127.0.0.1:${port}`;

/** Name that the embedded receiver has to the dispatcher. */
export const RECEIVER_CHANNEL = 'receiver';

const receiverAddressPath = (dataDirectory: string): string => join(dataDirectory, 'receiver', 'address');

/** Tells commands in other terminals where everything is, for as long as this lives. */
export async function publishAddresses(
  dataDirectory: string,
  overrides: Overrides,
): Promise<AsyncDisposable> {
  await mkdir(dataDirectory, { recursive: true });
  const path = addressesPath(dataDirectory);
  await writeFile(`${path}.new`, JSON.stringify({ pid: process.pid, overrides }, undefined, 2));
  await rename(`${path}.new`, path);
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
