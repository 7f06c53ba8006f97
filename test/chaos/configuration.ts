import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actors } from '../../actors/index.ts';
import { natsLink } from './link-names.ts';
import { EVENT_STORE_BYTES } from './single-server.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const EXPERIMENT = 'chaos';
export const DETECTOR = 'lime';
/** Of a picture: events are to be cheap. */
export const SIDE = 64;
/** Name of the channel that is told of alarms, and of the variable that holds its address. */
export const CHANNEL = 'log';
export const WEBHOOK = 'CHAOS_WEBHOOK';

/** Everything that is somewhere: ports, and directories. */
export interface Places {
  readonly directory: string;
  readonly replicas: 1 | 3;
  readonly servers: readonly { readonly name: string; readonly port: number }[];
  readonly store: number;
  readonly rotorooter: number;
  readonly monitor: number;
  readonly gateway: number;
  readonly simulator: number;
  readonly beam: string;
  readonly data: string;
  readonly camera: string;
  readonly rules: string;
}

/** Port to connect to for a link's target; what has no link is reached directly. */
export type PortOf = (link: string, target: number) => number;

const local = (port: number, path = ''): string => `http://127.0.0.1:${port}${path}`;

/** The whole configuration as one process has it. */
export function configurationOf(who: string, places: Places, portOf: PortOf): object {
  const own = (link: string, target: number) => portOf(link, target);
  const sections: Readonly<Record<string, object>> = {
    'beam-monitor': {
      server: local(own('beam-monitor>front-end', places.simulator), '/xmlrpc/Accelerator'),
      devices: join(ROOT, 'fixtures', 'devices', 'numi.yaml'),
      callback: {
        listen: { port: places.monitor },
        advertise: local(own('front-end>beam-monitor', places.monitor), '/RPC2'),
      },
    },
    'spill-packer': { simulated: true },
    rotorooter: { port: places.rotorooter, directory: places.beam },
    'rotorooter-feed': { port: own('rotorooter-feed>rotorooter', places.rotorooter) },
    'event-intake': { site: 'lngs', detector: DETECTOR, source: { directory: places.camera } },
    'pedestal-maker': { vanishedAfter: '5s' },
    sentinel: { profile: PROFILE, workers: 1, vanishedAfter: '5s', displayInterval: 'never' },
    'alarm-engine': { rules: places.rules },
    'alarm-dispatcher': DISPATCHER,
    gateway: { listen: { port: places.gateway }, anonymous: 'viewer' },
  };
  return {
    experiment: EXPERIMENT,
    dataDirectory: places.data,
    nats: {
      servers: places.servers.map(({ name, port }) => `nats://127.0.0.1:${own(natsLink(who, name), port)}`),
      replicas: places.replicas,
    },
    store: { url: local(own(`${who}>store`, places.store)), user: 'spillway' },
    eventStore: { maxBytes: `${EVENT_STORE_BYTES}B` },
    actors: Object.fromEntries(actors.map(({ name }) => [name, sections[name] ?? {}])),
  };
}

/** Writes it for one process. @returns the path */
export async function writeConfiguration(who: string, places: Places, portOf: PortOf): Promise<string> {
  const path = join(places.directory, 'config', `${who}.yaml`);
  await writeFile(path, JSON.stringify(configurationOf(who, places, portOf), undefined, 2));
  return path;
}

const PROFILE = {
  from: 'lngs-2023',
  name: 'chaos',
  sensor: { rows: SIDE, columns: SIDE },
  acceptance: { first: 0, end: SIDE },
  clustering: { radius: 2 },
  pedestal: { minEvents: 5 },
};

/** The section by which the run to compare with decides too. */
export const DISPATCHER = {
  channels: { [CHANNEL]: { kind: 'webhook', url: { env: WEBHOOK }, perMinute: 6000 } },
  routes: [{ name: CHANNEL, channels: [CHANNEL], group: 'area', repeat: 'never' }],
  groupInterval: '1s',
};

/** After so many spills each alarm changes between well and not. */
export const PERIODS = [5, 7, 11, 13, 17] as const;

/** Transitions that a spill brings, on average: the beam counter runs on by one with each. */
export const TRANSITIONS_PER_SPILL = PERIODS.reduce((sum, period) => sum + 1 / period, 0);

/** Alarms whose every change the number of the spill tells. */
export const RULES = `defaults: { stale: 1h }
alarms:${PERIODS.map(
  period => `
  part-${period}/turn:
    title: Turn of ${period}
    when: "E:NBCCNT % ${2 * period} >= ${period}"
    severity: MINOR
    acknowledge: false
`,
).join('')}`;
