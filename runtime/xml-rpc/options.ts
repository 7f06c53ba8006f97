import type { ErrorCode } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import {
  DEFAULT_LIMITS,
  type XmlRpcLimits,
  type XmlRpcTypeName,
  type XmlRpcValue,
} from '../../protocol/xml-rpc/xml-rpc.ts';
import type { CallerAccounts } from './callers.ts';
import type { ServerTls } from './tls.ts';

/** Who calls. */
export interface Caller {
  /** IPv4 address where there is one, also on an IPv6 socket. */
  readonly address: string;
  /** Aborts when the caller has gone, or the server is closing and out of patience. */
  readonly signal: AbortSignal;
}

export interface XmlRpcMethod {
  /** Every form of the method: type of the result, then of each parameter. For people and introspection only. */
  readonly signature?: readonly (readonly XmlRpcTypeName[])[];
  readonly help?: string;
  /**
   * The result is the answer. What it throws becomes a fault (`faultFrom`): a SpillwayError with its code, an
   * `XmlRpcFaultError` as it is, anything else as an internal error that tells nothing.
   */
  handler(params: readonly XmlRpcValue[], caller: Caller): Promise<XmlRpcValue>;
}

export type XmlRpcMethods = ReadonlyMap<string, XmlRpcMethod>;

/**
 * Told of every refusal, so that the owner can count by reason: those of the server itself and those that a
 * handler threw. `error` is what was thrown, where something was; it may say more than the caller was told.
 */
export type OnRefused = (reason: ErrorCode, detail: string, error?: unknown) => void;

export interface ServerLimits {
  /** Of a request body on the wire; what it inflates to is limited by `xml.bytes`. */
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly connections: number;
  /** A connection that has not made a good call yet gives way to the next. */
  readonly connectionsPerAddress: number;
  /** Read of long bodies on connections that have not made a good call yet, all together: to parse them costs us. */
  readonly strangersBytesPerSecond: number;
  /** Calls that are being made at a time, on all connections. */
  readonly calls: number;
  /** Sustained, with up to two seconds' worth at once. */
  readonly requestsPerSecondPerAddress: number;
  /** For the headers to arrive, from the first moment of a connection. */
  readonly headersMs: Milliseconds;
  /** For the whole request to arrive. */
  readonly requestMs: Milliseconds;
  /** For the next request on a connection. */
  readonly idleMs: Milliseconds;
  /** For calls in progress to end when the server closes. */
  readonly closeMs: Milliseconds;
  readonly xml: Partial<XmlRpcLimits>;
}

/** Generous to a front end that sends a few callbacks a second, narrow for everybody else. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  bodyBytes: DEFAULT_LIMITS.bytes,
  headerBytes: 8 * 1024,
  connections: 128,
  connectionsPerAddress: 32,
  strangersBytesPerSecond: 4 * 1024 * 1024,
  calls: 64,
  requestsPerSecondPerAddress: 2000,
  headersMs: 5_000,
  requestMs: 15_000,
  idleMs: 60_000,
  closeMs: 5_000,
  xml: DEFAULT_LIMITS,
};

/** Private and loopback only, until an operator says otherwise. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

export interface XmlRpcServerOptions {
  readonly methods: XmlRpcMethods;
  /** Interface to listen on. Default: loopback. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `/RPC2`, the one most clients assume. */
  readonly path?: string;
  /** Networks that may call, in CIDR notation. Default: this machine. */
  readonly allow?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  /** Speaks TLS. */
  readonly tls?: ServerTls | undefined;
  /** Asks callers who they are. */
  readonly callers?: CallerAccounts | undefined;
  /** Offer `system.listMethods`, `methodSignature`, `methodHelp` and `getCapabilities`. Default false. */
  readonly introspection?: boolean;
  /** Offer `system.multicall`. Default false. */
  readonly multicall?: boolean;
  readonly onRefused?: OnRefused;
}

export const DEFAULT_SERVER_OPTIONS = {
  host: '127.0.0.1',
  port: 0,
  path: '/RPC2',
  allow: LOOPBACK,
  introspection: false,
  multicall: false,
  onRefused: () => {},
} as const satisfies Omit<XmlRpcServerOptions, 'methods' | 'limits' | 'tls' | 'callers'>;
