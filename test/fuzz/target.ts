import type { KeyedRandom } from '../../fixtures/simulator/random.ts';
import { asSpillwayError, type ErrorCode, SpillwayError } from '../../protocol/errors.ts';

/** A parser that sees bytes from outside, and how to make bytes that get far into it. */
export interface Target {
  readonly name: string;
  /** Codes it may refuse with; any other way to fail is a finding. */
  readonly refuses: readonly ErrorCode[];
  /** Well-formed inputs, whose mutations are most of the work. */
  seeds(): Promise<readonly Uint8Array[]> | readonly Uint8Array[];
  /** A well-formed input of its own making. */
  generate?(random: KeyedRandom): Uint8Array;
  /** Mends what only ties an input together, such as a checksum, so that a change is looked at further in. */
  repair?(input: Uint8Array): Uint8Array;
  /** Words of the input's language, put in where bytes would only break it. */
  readonly words?: readonly string[];
  /**
   * Parses, and holds what was accepted against itself: written and read again it must be the same.
   * @throws SpillwayError for a refused input; Different for one that does not come back as it was
   */
  take(input: Uint8Array): void;
}

/** An accepted input that does not come back as it was. */
export class Different extends Error {
  override readonly name = 'Different';
}

export type Verdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  | { readonly kind: 'finding'; readonly reason: string };

/** What a target makes of an input. */
export function judge(target: Target, input: Uint8Array): Verdict {
  try {
    target.take(input);
    return { kind: 'accepted' };
  } catch (thrown) {
    if (!(thrown instanceof SpillwayError))
      return { kind: 'finding', reason: String(thrown instanceof Error ? thrown.stack : thrown) };
    const { code, message } = asSpillwayError(thrown);
    if (target.refuses.includes(code)) return { kind: 'refused', code };
    return { kind: 'finding', reason: `refused with ${code}, which is not its code: ${message}` };
  }
}
