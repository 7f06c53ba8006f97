import type { Logger } from 'pino';
import type { StreamName } from '../../protocol/subjects.ts';

/** What a broker needs to start. */
export interface BrokerOptions {
  /** Everything its servers write is below it. */
  readonly directory: string;
  readonly log: Logger;
  /** Abandons a start under way; a started broker ends with its scope. */
  readonly signal: AbortSignal;
}

/** NATS as a campaign has it: one server, or a cluster of three whose streams have three copies. */
export interface Broker extends AsyncDisposable {
  readonly replicas: 1 | 3;
  readonly nodes: readonly BrokerNode[];
  /** Who leads a stream now; undefined while nobody does. A single server always leads. */
  leaderOf(experiment: string, stream: StreamName): Promise<BrokerNode | undefined>;
}

/** One server. It does not tell clients of the others: they reach it by the addresses they are given, and no other way. */
export interface BrokerNode {
  readonly name: string;
  /** Port for clients on the loopback interface, the same after a restart. */
  readonly port: number;
  /** Where it keeps its streams. */
  readonly directory: string;
  /** Undefined while it is down. Killed by whomever, it is started again on what it had on disk. */
  pid(): number | undefined;
  /** Cuts it off from the other servers, both ways, leaving its clients with it; a single server has none to lose. */
  isolate(): void;
  /** Undoes `isolate`. */
  rejoin(): void;
}
