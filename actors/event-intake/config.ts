import { z } from 'zod';
import { filePath } from '../../runtime/config/file-path.ts';
import { byteSize, duration } from '../../runtime/config/units.ts';

/** Every default of the section `event-intake`, with its unit. */
export const DEFAULTS = {
  /** A picture takes the camera half a second (cygno.md B3): looking more often finds nothing sooner. */
  poll: '500ms',
  settled: '10s',
  listen: {
    host: '127.0.0.1',
    port: 9014,
    allow: ['127.0.0.0/8', '::1/128'],
    stall: '10s',
    gone: '10m',
  },
  /** Room for four pictures of the larger camera and the waveforms of 128 triggers. */
  maxEvent: '128MiB',
  /** What of it may be on its way to the event store at once: enough to hide its latency. */
  inFlight: { events: 4, bytes: '128MiB' },
  backOff: { first: '200ms', max: '10s' },
} as const;

const NETWORK = 'accepted: a network such as "192.168.10.0/24" or "::1/128", or an address';

const { listen } = DEFAULTS;

const Listen = z.strictObject({
  host: z.string().default(listen.host).describe('address to listen on'),
  port: z.int().min(0).max(65_535).default(listen.port).describe('0: any free port'),
  allow: z
    .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], { error: NETWORK }))
    .min(1)
    .default([...listen.allow])
    .describe('networks the sender may come from'),
  stall: duration()
    .prefault(listen.stall)
    .describe('a sender that stops within an event for so long, or before its first one, is cut off'),
  gone: duration()
    .prefault(listen.gone)
    .describe('a run ends as interrupted when its sender has been away for so long'),
});
export type ListenConfig = z.infer<typeof Listen>;

const Source = z
  .strictObject({
    directory: filePath()
      .optional()
      .describe('follows a directory of run files, run%05d.mid or .mid.gz, in the order of their numbers'),
    file: filePath().optional().describe('takes one run file'),
    listen: Listen.optional().describe('takes events over TCP, and acknowledges each when it is safe'),
  })
  .refine(source => Object.values(source).filter(one => one !== undefined).length === 1, {
    error: 'one of directory, file and listen is needed, and only one',
  });

const name = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,30}$/, 'must be 1 to 31 lower-case letters, digits, _ or -')
    .describe(what);

export const EventIntakeConfig = z.strictObject({
  site: name('where the detector stands, e.g. lngs'),
  detector: name('name of the detector, e.g. lime'),
  equipment: filePath()
    .optional()
    .describe(
      "YAML file that says what the detector's events, ODB and slow control mean; default: that of LIME",
    ),
  source: Source.describe('where events come from'),
  firstRun: z.int().min(0).default(0).describe('of a directory: runs before this one are left alone'),
  poll: duration().prefault(DEFAULTS.poll).describe('how often a file or directory is looked at for more'),
  settled: duration()
    .prefault(DEFAULTS.settled)
    .describe('a compressed file that has not grown for so long is taken for whole, or for cut off'),
  maxEvent: byteSize().prefault(DEFAULTS.maxEvent).describe('a larger event is taken for rubbish'),
  inFlight: z
    .strictObject({
      events: z.int().min(1).max(64).default(DEFAULTS.inFlight.events).describe('at once'),
      bytes: byteSize().prefault(DEFAULTS.inFlight.bytes).describe('at once; a larger event goes alone'),
    })
    .prefault({})
    .describe('on the way to the event store'),
  backOff: z
    .strictObject({
      first: duration().prefault(DEFAULTS.backOff.first).describe('after the first failure'),
      max: duration().prefault(DEFAULTS.backOff.max).describe('longest'),
    })
    .prefault({})
    .describe('pause while event store or NATS take nothing; doubles from the first to the longest'),
});
export type EventIntakeConfig = z.infer<typeof EventIntakeConfig>;
