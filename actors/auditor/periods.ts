import type { Milliseconds } from '../../protocol/time.ts';
import type { AuditorConfig } from './config.ts';
import type { AuditState, Books } from './state.ts';

/**
 * When an account is over, as far as can be said: of storage time alone. The source's clock may stand or run ahead, so a period
 * is over too when it has been open for its whole length.
 */
export function overAt(config: AuditorConfig, { of, to, opened, heard, ended }: Books): Milliseconds {
  if (of.kind === 'file') return heard;
  if (of.kind === 'run') return ended ?? heard + config.runs.quiet;
  const { quiet, period } = config.beam;
  return Math.max(heard + quiet, Math.min(to, opened + period));
}

const graceOf = (config: AuditorConfig, { of }: Books): Milliseconds =>
  of.kind === 'run' ? config.runs.grace : config.beam.grace;

/** Whether an account can be told: all of it is there, or what is not has had its time. */
export function isSettled(
  config: AuditorConfig,
  state: AuditState,
  books: Books,
  isComplete: boolean,
  now: Milliseconds,
): boolean {
  const over = overAt(config, books);
  if (now >= Math.max(over, books.heard) + graceOf(config, books)) return true;
  return isComplete && (books.version > 0 || now >= over || isBehind(config, state, books, now));
}

/** Whether its source has gone on well into another period. */
function isBehind(
  { beam: { quiet } }: AuditorConfig,
  { latest }: AuditState,
  { of, to, heard }: Books,
  now: Milliseconds,
): boolean {
  if (of.kind !== 'beam' || now < heard + quiet) return false;
  return (latest[`${of.source}/${of.trigger}/${of.inOut}`] ?? 0) >= to + quiet;
}

/** When an account that is not told may be, after the last look. */
export function dueAt(config: AuditorConfig, books: Books, looked: Milliseconds): Milliseconds | undefined {
  if (books.version > 0 && books.received.length === 0) return undefined;
  const over = overAt(config, books);
  const last = Math.max(over, books.heard) + graceOf(config, books);
  if (books.version === 0 && looked < over) return over;
  return looked < last ? last : undefined;
}
