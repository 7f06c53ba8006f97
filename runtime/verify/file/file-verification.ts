import type { Milliseconds } from '../../../protocol/time.ts';
import type { Finding } from '../compare.ts';

/** One file held against streams and store. */
export interface FileVerification {
  readonly file: string;
  readonly kind: 'beam' | 'run';
  /** By the clock of the source; none in a file without anything that can be read. */
  readonly span: { readonly fromMs: Milliseconds; readonly toMs: Milliseconds } | undefined;
  /** How much of it is at each stage, by the names of `STAGES` and `EVENT_STAGES`, and what could not be held against any. */
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}
