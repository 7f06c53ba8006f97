import type { Milliseconds } from '../../protocol/time.ts';
import type { Behaviour } from './proxy.ts';

/** Every kind of fault, with its share of a campaign in parts. */
export const SHARES = {
  kill: 66,
  stop: 27,
  'long-stop': 12,
  cut: 27,
  delay: 24,
  'half-open': 24,
  pieces: 21,
  reorder: 15,
  'slow-disk': 12,
  'full-disk': 12,
  'clock-step': 24,
  'nats-restart': 9,
  'store-restart': 6,
  poison: 21,
} as const;

export type FaultKind = keyof typeof SHARES;

export const FAULT_KINDS = Object.keys(SHARES) as readonly FaultKind[];

/** What can be killed and stopped besides actors. The front ends are not the system's. */
export const STORE = 'clickhouse';

/** The directories whose disk can be slow or full, by what writes there. */
export const DISKS = ['nats', 'beam', 'data'] as const;
export type Disk = (typeof DISKS)[number];

export const POISONS = ['malformed', 'wrong-type', 'oversized'] as const;
export type Poison = (typeof POISONS)[number];

/** Streams that poison is put into: those that anybody may write to, and whose readers must live with what they find. */
export const POISONED = ['BEAM', 'COMMAND', 'SLOW', 'LEDGER', 'EVENT', 'RECO', 'HEALTH'] as const;
export type Poisoned = (typeof POISONED)[number];

/** What a fault does, to whom, and for how long on the wall; one that ends by itself at once has no length. */
export type What =
  | { readonly kind: 'kill' | 'nats-restart' | 'store-restart'; readonly process: string }
  | { readonly kind: 'stop' | 'long-stop'; readonly process: string; readonly forMs: Milliseconds }
  | {
      readonly kind: 'cut' | 'delay' | 'half-open' | 'pieces' | 'reorder';
      /** Names of links; see `links.ts`. */
      readonly links: readonly string[];
      readonly behaviour: Behaviour;
      readonly forMs: Milliseconds;
    }
  | {
      readonly kind: 'slow-disk';
      readonly disk: Disk;
      /** Longer that every sync takes. */
      readonly byMs: Milliseconds;
      readonly forMs: Milliseconds;
    }
  | { readonly kind: 'full-disk'; readonly disk: Disk; readonly forMs: Milliseconds }
  | {
      readonly kind: 'clock-step';
      readonly process: string;
      readonly byMs: Milliseconds;
      readonly forMs: Milliseconds;
    }
  | { readonly kind: 'poison'; readonly stream: Poisoned; readonly poison: Poison };

/** A fault with its place in the run: it begins once so many spills have been accepted. */
export type Fault = What & { readonly number: number; readonly atSpill: number };

/** A fault in one line, for the log and for people. */
export function describe({ number, atSpill, ...what }: Fault): string {
  const { kind, ...about } = what;
  const parts = Object.entries(about).map(([name, value]) => `${name} ${text(value)}`);
  return [`#${number} at spill ${atSpill}: ${kind}`, ...parts].join(', ');
}

/** Links to one place are as many as there are actors. */
const text = (value: unknown): string =>
  Array.isArray(value) && value.length > 3 ? `${value.length} of them` : JSON.stringify(value);
