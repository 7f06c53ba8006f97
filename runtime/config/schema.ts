import { z } from 'zod';
import type { ActorDefinition } from '../actor.ts';
import { filePath } from './file-path.ts';
import { secret } from './secret.ts';
import { byteSize, duration } from './units.ts';

const port = () => z.int().min(0).max(65_535);

/** A password in an address would be told wherever the address is. */
const withoutSecrets = (address: string): boolean => !/^[^/]*\/\/[^/]*@|^[^/]*@/.test(address);
const WITHOUT_SECRETS = 'must hold no user or password: give them as user and password beside it';

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
    user: z.string().optional().describe('user that NATS knows us as'),
    password: secret().optional(),
    token: secret().optional(),
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
