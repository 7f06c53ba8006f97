import { z } from 'zod';
import { InOut } from '../../protocol/subjects.ts';
import { filePath } from '../../runtime/config/file-path.ts';
import { byteSize, duration } from '../../runtime/config/units.ts';
import { WITHOUT_SECRETS, withoutSecrets } from '../../runtime/config/without-secrets.ts';
import {
  CallersConfig,
  ClientTlsConfig,
  CredentialsConfig,
  ServerTlsConfig,
} from '../../runtime/xml-rpc/security-config.ts';

/** Every default of the section `beam-monitor`, with its unit. */
export const DEFAULTS = {
  source: 'acnet',
  /** How far ahead of our clock a time stamp of the DAE may be: latency rarely exceeds 1 s (numi.md 3.5). */
  futureTolerance: '1s',
  /** Longest wait for an answer of the server; public clients use 10 s (numi.md 3.1). */
  timeout: '10s',
  /** Pause after a failed call; doubles up to the second, with jitter. */
  backOff: { first: '1s', max: '30s' },
  callback: {
    enabled: true,
    /** In time with the extraction; pedestals are ready 1.9 s after $AD (numi.md 4.1). */
    subscriptions: [
      { event: 'A9', delay: '20ms', inOut: 'in' },
      { event: 'AD', delay: '1900ms', inOut: 'out' },
    ],
    /** The real names are not public (numi.md section 7): these are the simulator's. */
    methods: { start: 'startCallback', renew: 'renewCallback', stop: 'stopCallback' },
    method: 'spillway.readings',
    listen: { host: '127.0.0.1', port: 1987, path: '/RPC2' },
    allow: ['127.0.0.0/8', '::1/128'],
    renewFraction: 0.5,
    silentAfter: '30s',
    /** Below the 5 s after which the server gives up waiting and tries again. */
    storeTimeout: '4s',
    limits: {
      body: '4MiB',
      header: '8KiB',
      connections: 32,
      /** All callbacks come from the one server, and few connections do for them. */
      connectionsPerAddress: 16,
      calls: 64,
      requestsPerSecond: 2000,
      /** From the first byte to the last. */
      requestTime: '5s',
    },
  },
  polling: {
    enabled: false,
    lists: [{ inOut: 'out', every: '30s', between: '0ms' }],
    /** Devices in one request. */
    batch: 50,
  },
} as const;

const HINT = 'accepted: a clock event in hex such as "A9", or a timer in ms such as "p,1000"';

const NETWORK = 'accepted: a network such as "131.225.0.0/16" or "::1/128", or an address';

const names = z
  .array(z.string())
  .min(1)
  .optional()
  .describe('device names: a part of the device list; default: all of it that has this inOut');

const Subscription = z.strictObject({
  event: z
    .string()
    .regex(/^([0-9A-F]{2}|p,[1-9][0-9]{0,8})$/, HINT)
    .describe('ACNET clock event in hex without $, or periodic timer (numi.md 3.3)'),
  delay: duration().prefault('0ms').describe('the devices are read this long after the event'),
  inOut: z.enum(InOut).describe('which of the two device lists'),
  devices: names,
});

const PollingList = z.strictObject({
  inOut: z.enum(InOut).describe('which of the two device lists'),
  every: duration()
    .refine(ms => ms >= 10, 'must be at least "10ms"')
    .describe('from one reading to the next'),
  between: duration().prefault('0ms').describe('wait between two requests of one reading'),
  devices: names,
});

const method = (what: string, preset: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_.:/]{1,100}$/, 'must be an XML-RPC method name')
    .prefault(preset)
    .describe(what);

const { callback, polling } = DEFAULTS;

/** Addresses to listen on that nobody can call. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** What a caller of ours may take. */
const Limits = z
  .strictObject({
    body: byteSize().prefault(callback.limits.body).describe('largest request'),
    header: byteSize().prefault(callback.limits.header).describe('all HTTP headers of a request together'),
    connections: z.int().min(1).default(callback.limits.connections).describe('at a time'),
    connectionsPerAddress: z
      .int()
      .min(1)
      .default(callback.limits.connectionsPerAddress)
      .describe('of one address; those without a good callback yet give way to the next'),
    calls: z
      .int()
      .min(1)
      .default(callback.limits.calls)
      .describe('callbacks that are being stored, at a time'),
    requestsPerSecond: z
      .number()
      .positive()
      .default(callback.limits.requestsPerSecond)
      .describe('of each address'),
    requestTime: duration().prefault(callback.limits.requestTime).describe('from the first byte to the last'),
  })
  .prefault({})
  .describe('what a caller may ask of us');

const Callback = z
  .strictObject({
    enabled: z.boolean().default(callback.enabled).describe('the server calls us on each trigger'),
    subscriptions: z
      .array(Subscription)
      .min(1)
      .prefault([...callback.subscriptions])
      .describe('which events the server calls us on'),
    methods: z
      .strictObject({
        start: method(
          '(event, delay ms, devices, url, method) -> { id, leaseSeconds }',
          callback.methods.start,
        ),
        renew: method('(id) -> { leaseSeconds }', callback.methods.renew),
        stop: method('(id) -> boolean', callback.methods.stop),
      })
      .prefault({})
      .describe("the server's method names"),
    method: method('our method, which the server calls', callback.method),
    listen: z
      .strictObject({
        host: z.string().default(callback.listen.host).describe('address to listen on'),
        port: z.int().min(0).max(65_535).default(callback.listen.port).describe('0: any free port'),
        path: z.string().startsWith('/').default(callback.listen.path).describe('path of the URL'),
      })
      .prefault({})
      .describe('where callbacks are taken'),
    tls: ServerTlsConfig.optional(),
    callers: CallersConfig.optional(),
    advertise: z
      .url({ protocol: /^https?$/ })
      .refine(withoutSecrets, WITHOUT_SECRETS)
      .optional()
      .describe(
        'URL the server is told to call, where it is not the one listened on: a tunnel, a translated address',
      ),
    allow: z
      .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], { error: NETWORK }))
      .min(1)
      .default([...callback.allow])
      .describe('addresses that may call'),
    renewFraction: z
      .number()
      .min(0.1)
      .max(0.9)
      .default(callback.renewFraction)
      .describe('part of the lease after which it is renewed'),
    silentAfter: duration()
      .prefault(callback.silentAfter)
      .describe('callbacks away for longer: register anew; longer than any gap of the supercycle'),
    leave: z
      .boolean()
      .default(true)
      .describe(
        'asks the server to call no more when it stops; false leaves that to the lease, for a successor at the same URL, and no trigger is missed',
      ),
    storeTimeout: duration()
      .prefault(callback.storeTimeout)
      .describe('a callback not stored by then is answered with a fault'),
    limits: Limits,
  })
  .refine(({ listen, advertise }) => advertise !== undefined || !WILDCARDS.has(listen.host), {
    path: ['advertise'],
    error: 'is needed where listen.host is every address: the server must be told one of them',
  })
  .refine(({ tls, advertise }) => tls === undefined || !advertise?.startsWith('http:'), {
    path: ['advertise'],
    error: 'must be https where callbacks are taken by TLS',
  });

const Polling = z.strictObject({
  enabled: z.boolean().default(polling.enabled).describe('we ask the server'),
  lists: z
    .array(PollingList)
    .min(1)
    .prefault([...polling.lists])
    .describe('what is asked for, and how often'),
  batch: z.int().min(1).max(1000).default(polling.batch).describe('devices in one request'),
});

export const BeamMonitorConfig = z.strictObject({
  source: z.string().min(1).default(DEFAULTS.source).describe('name of the front end in messages and plots'),
  server: z
    .url({ protocol: /^https?$/ })
    .refine(withoutSecrets, WITHOUT_SECRETS)
    .describe("the Beams Division server's XML-RPC service"),
  tls: ClientTlsConfig.optional(),
  credentials: CredentialsConfig.optional(),
  devices: filePath().describe('device list file, .yaml or plain text'),
  timeout: duration().prefault(DEFAULTS.timeout).describe('longest wait for an answer of the server'),
  futureTolerance: duration()
    .prefault(DEFAULTS.futureTolerance)
    .describe('a time stamp further ahead of our clock is noted as a problem'),
  backOff: z
    .strictObject({
      first: duration().prefault(DEFAULTS.backOff.first).describe('after the first failure'),
      max: duration().prefault(DEFAULTS.backOff.max).describe('longest'),
    })
    .prefault({})
    .describe('pause after a failed call; doubles from the first to the longest'),
  callback: Callback.prefault({}).describe('callback mode: the server calls us'),
  polling: Polling.prefault({}).describe('polling mode: we ask the server'),
});
export type BeamMonitorConfig = z.infer<typeof BeamMonitorConfig>;
export type CallbackConfig = BeamMonitorConfig['callback'];
