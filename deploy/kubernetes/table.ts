/** What an actor is to Kubernetes; `generate.ts` makes the manifests of `base/` of it. */
export interface Placement {
  /**
   * - `standby`: one has the lease and works, others stand by. A new one starts beside the old, is ready when it stands by, and takes over
   *   when the old one has finished what was in hand.
   * - `shared`: any number work or look on together.
   * - `overlapping`: two for a moment do no harm, and whoever calls in is never without one.
   * - `single`: the old one ends before the new one starts; what it works on waits in a stream.
   */
  readonly kind: 'standby' | 'shared' | 'overlapping' | 'single';
  /** Asked for, and most, of memory: asked for is what it had in the demo, most at least twice what it had under a fault campaign. */
  readonly memory: readonly [request: string, limit: string];
  /** Asked for. There is no limit of processor time: it would make an actor late that could have been in time. */
  readonly cpu: string;
  /** Where others call in. */
  readonly listens?: {
    readonly port: number;
    readonly name: string;
    readonly from: 'anywhere' | 'rotorooter-feed';
  };
  /** Whom it calls beside NATS. */
  readonly calls?: readonly Peer[];
  /** A disk of its own below `/data`. */
  readonly disk?: string;
  /** Account of the store that it is given the password of. */
  readonly account?: 'writer' | 'reader';
  /** Files of a Secret at a directory. */
  readonly files?: Readonly<Record<string, string>>;
}

/** `world`: addresses that only the experiment knows, narrowed by its overlay. */
export type Peer = 'clickhouse' | 'rotorooter' | 'world';

/** By name of the actor; the test holds it against `actors/index.ts`. */
export const PLACEMENTS: Readonly<Record<string, Placement>> = {
  'beam-monitor': {
    kind: 'overlapping',
    memory: ['192Mi', '512Mi'],
    cpu: '100m',
    listens: { port: 1987, name: 'callback', from: 'anywhere' },
    calls: ['world'],
  },
  'spill-packer': { kind: 'standby', memory: ['192Mi', '512Mi'], cpu: '50m' },
  rotorooter: {
    kind: 'single',
    memory: ['160Mi', '384Mi'],
    cpu: '50m',
    listens: { port: 9013, name: 'rotorooter', from: 'rotorooter-feed' },
    disk: '50Gi',
  },
  'rotorooter-feed': { kind: 'standby', memory: ['160Mi', '384Mi'], cpu: '50m', calls: ['rotorooter'] },
  'event-intake': {
    kind: 'overlapping',
    memory: ['256Mi', '768Mi'],
    cpu: '200m',
    listens: { port: 9014, name: 'events', from: 'anywhere' },
  },
  'pedestal-maker': { kind: 'shared', memory: ['192Mi', '1Gi'], cpu: '100m' },
  sentinel: { kind: 'shared', memory: ['512Mi', '2Gi'], cpu: '1' },
  'run-summary': { kind: 'standby', memory: ['160Mi', '512Mi'], cpu: '50m' },
  'buffer-keeper': { kind: 'single', memory: ['160Mi', '384Mi'], cpu: '20m' },
  auditor: { kind: 'standby', memory: ['192Mi', '512Mi'], cpu: '50m' },
  recorder: {
    kind: 'standby',
    memory: ['256Mi', '1Gi'],
    cpu: '200m',
    calls: ['clickhouse'],
    account: 'writer',
  },
  'alarm-engine': { kind: 'standby', memory: ['192Mi', '512Mi'], cpu: '100m' },
  'alarm-dispatcher': { kind: 'standby', memory: ['192Mi', '512Mi'], cpu: '50m', calls: ['world'] },
  gateway: {
    kind: 'shared',
    memory: ['256Mi', '768Mi'],
    cpu: '200m',
    listens: { port: 8090, name: 'http', from: 'anywhere' },
    calls: ['clickhouse', 'world'],
    account: 'reader',
    files: { '/run/secrets/gateway': 'spillway-gateway' },
  },
};

/** Environment variable of the password of each account. */
export const ACCOUNTS = { writer: 'SPILLWAY_STORE', reader: 'SPILLWAY_STORE_READER' } as const;

export const IMAGE = 'spillway';
export const METRICS_PORT = 9464;
/** Of the container; the image's `node`. */
export const USER = 1000;
