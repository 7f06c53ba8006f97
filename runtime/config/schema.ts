import { z } from 'zod';
import type { ActorDefinition } from '../actor.ts';
import { EventStoreConfig } from '../event-store/config.ts';
import { SITE_STREAMS } from '../host/sites.ts';
import { filePath } from './file-path.ts';
import { secret } from './secret.ts';
import { byteSize, duration } from './units.ts';
import { WITHOUT_SECRETS, withoutSecrets } from './without-secrets.ts';

const port = () => z.int().min(0).max(65_535);

const NatsTls = z
  .strictObject({
    ca: filePath().optional().describe("authorities to trust instead of the system's, PEM"),
    cert: filePath().optional().describe('certificate to show, PEM'),
    key: filePath().optional().describe('its key, PEM'),
    serverName: z
      .string()
      .optional()
      .describe("name to expect in the server's certificate (default: that of the address)"),
    handshakeFirst: z
      .boolean()
      .default(false)
      .describe('whether TLS begins at once, as with `handshake_first` of the server'),
  })
  .describe('TLS to NATS; a server without it is not spoken to');

const Nats = z
  .strictObject({
    servers: z
      .array(z.string().min(1).refine(withoutSecrets, WITHOUT_SECRETS))
      .min(1)
      .describe('addresses, e.g. nats://daq1:4222'),
    replicas: z
      .union([z.literal(1), z.literal(3), z.literal(5)])
      .default(1)
      .describe('copies of every stream'),
    sites: z
      .array(
        z.strictObject({
          domain: z
            .string()
            .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, - or _')
            .describe("name of the site's JetStream domain"),
          streams: z
            .array(z.enum(SITE_STREAMS))
            .min(1)
            .default(['BEAM', 'HEALTH'])
            .describe('which of its streams'),
        }),
      )
      .optional()
      .describe('at a hub: remote sites with NATS of their own, whose streams are taken over'),
    user: z.string().optional().describe('user that NATS knows us as'),
    password: secret().optional(),
    token: secret().optional(),
    nkeys: filePath()
      .optional()
      .describe(
        'directory of `spillway auth init`: each actor shows the key of its name there, commands that of operator',
      ),
    nkeySeed: secret()
      .optional()
      .describe('or the one key of this process: { env: NAME }, { file: PATH } or { credential: NAME }'),
    tls: NatsTls.optional(),
  })
  .describe('NATS with JetStream; left out when it is embedded');

const Store = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine(withoutSecrets, WITHOUT_SECRETS)
      .describe('ClickHouse HTTP address, e.g. http://store1:8123'),
    user: z.string().default('default').describe('may create tables'),
    password: secret().optional(),
    database: z
      .string()
      .regex(/^[a-z_][a-z0-9_]*$/)
      .default('spillway')
      .describe('created when it is not there'),
  })
  .describe('ClickHouse; left out when it is embedded');

export const Simulator = z
  .strictObject({
    devices: filePath().optional().describe('device list; default: that of the NuMI beam line'),
    scenario: filePath().optional().describe('what happens when; default: the demo'),
    seed: z.int().default(1).describe('fixes every value'),
    speed: z.number().min(0).default(1).describe('1 is real time; 0 is as fast as spills are accepted'),
    port: port().default(0).describe('0 takes a free one'),
  })
  .describe('a simulated Beams Division server');

const pictures = (least: number) => z.int().min(least);
const perSecond = () => z.number().positive().max(100);

export const Camera = z
  .strictObject({
    rate: perSecond().default(0.5).describe('pictures a second of a data run'),
    size: z.int().min(32).max(2304).multipleOf(4).default(2304).describe('pixels of a side of a picture'),
    eventsPerRun: pictures(1).default(60).describe('pictures of a data run'),
    pedestals: pictures(0)
      .default(100)
      .describe('pictures of a pedestal run, without high voltage; 0: no such runs'),
    pedestalRate: perSecond().default(10).describe('pictures a second of a pedestal run'),
    dataRuns: z.int().min(1).default(6).describe('data runs from one pedestal run to the next'),
    pmts: z.boolean().default(true).describe('whether photomultipliers and GEMs are digitised'),
    slowControl: duration().prefault('10s').describe('longest time between readings of slow control'),
    keepRuns: z
      .int()
      .min(0)
      .default(2)
      .describe('files of runs that have been taken into the streams: so many of the latest stay'),
    disk: byteSize()
      .prefault('4GiB')
      .describe('most the files of runs may take: a run that would not fit is not begun'),
    firstRun: z.int().min(0).max(0xffff_0000).default(1).describe('number of the first run'),
    seed: z.int().min(0).max(0xffff_ffff).default(1).describe('fixes the sensor and what each run holds'),
    port: port().default(0).describe('0 takes a free one'),
  })
  .describe('a simulated data acquisition of a CYGNO camera, which writes runs into `camera/`');

const Embedded = z
  .strictObject({
    nats: z
      .strictObject({
        port: port().default(0).describe('0 takes a free one'),
        syncInterval: z
          .union([z.literal('always'), duration()])
          .default('always')
          .describe('how often JetStream syncs to disk; "always" survives a power cut'),
      })
      .optional()
      .describe('a nats-server of our own, on the loopback interface'),
    clickhouse: z
      .strictObject({
        port: port().default(0).describe('0 takes a free one'),
        memory: byteSize().prefault('2GiB').describe('most the engine may use'),
      })
      .optional()
      .describe('the ClickHouse engine, embedded, on the loopback interface'),
    simulator: Simulator.optional(),
    camera: Camera.optional(),
    receiver: z
      .strictObject({ port: port().default(0).describe('0 takes a free one') })
      .optional()
      .describe('a webhook receiver that stands in for a chat: the dispatcher gets it as channel `receiver`'),
  })
  .prefault({})
  .describe('what `spillway up` runs itself, on this machine');

const COMMON = {
  experiment: z
    .string()
    .regex(
      /^[a-z][a-z0-9_]{0,31}$/,
      'must be 1 to 32 lower-case letters, digits or _, starting with a letter',
    )
    .describe('first token of every subject'),
  dataDirectory: filePath()
    .prefault('data')
    .describe('where everything is kept; this and every other path is relative to this file'),
  nats: Nats.optional(),
  store: Store.optional(),
  eventStore: EventStoreConfig,
  embedded: Embedded,
  heartbeat: duration().prefault('1s').describe('from one sign of life of an actor to the next'),
  drain: duration().prefault('10s').describe('how long actors may finish what is in hand when told to stop'),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error'])
        .default('info')
        .describe('least that is told'),
    })
    .prefault({})
    .describe('the log: on standard error, or below the data directory under `spillway up`'),
  metrics: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address to listen on'),
      port: port().default(0).describe('0 takes a free one'),
    })
    .optional()
    .describe('address of the Prometheus metrics; none without it'),
};

type AnyActor = ActorDefinition<unknown>;

/** The whole configuration file: what all share, and one section per actor; an actor without a section is not run. */
export const configSchema = (actors: readonly AnyActor[]) =>
  z
    .strictObject({
      ...COMMON,
      actors: z
        .strictObject(
          Object.fromEntries(
            actors.map(({ name, summary, config }) => [name, config.optional().describe(summary)]),
          ),
        )
        .describe('an actor with a section is run, if only with an empty one: {}'),
    })
    .superRefine((config, context) => {
      for (const [needed, embedded] of [
        ['nats', 'nats'],
        ['store', 'clickhouse'],
      ] as const) {
        const both = config[needed] && config.embedded[embedded];
        const neither = !config[needed] && !config.embedded[embedded];
        if (both || neither) {
          context.addIssue({
            code: 'custom',
            path: [needed],
            message: `give either ${needed} or embedded.${embedded}${both ? ', not both' : ''}`,
          });
        }
      }
    });

export type Config = z.infer<ReturnType<typeof configSchema>>;
