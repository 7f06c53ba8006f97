import type { Logger } from 'pino';
import { asSpillwayError } from '../../protocol/errors.ts';
import { type AlarmRules, digestOfRules } from '../../protocol/messages/alarm-rules.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { pause } from '../../runtime/host/back-off.ts';
import { findRuleFiles, readRuleFiles, signatureOf } from './rule-files.ts';

type RuleFiles = AlarmRules['files'];

export interface RuleWatchOptions {
  readonly places: readonly string[];
  readonly log: Logger;
  /** Digest of the rules in force. */
  readonly inForce: () => string | undefined;
  /** @returns what is odd about the rules; @throws SpillwayError with a line per mistake */
  readonly check: (files: RuleFiles) => readonly string[];
  /** Asks for the rules to be put in force. */
  readonly offer: (files: RuleFiles) => Promise<unknown>;
  /** Says that files were found that cannot be put in force. */
  readonly refused: () => void;
}

/**
 * Looks after the rule files: those that differ from the rules in force are offered, once; broken ones are named in the log,
 * and the rules before go on.
 */
export class RuleWatch {
  readonly #options: RuleWatchOptions;
  /** Of the files that were taken last, and of those that were seen last. */
  #signature: string | undefined;
  #seen: string | undefined;
  #digest: string | undefined;
  #trouble: string | undefined;

  constructor(options: RuleWatchOptions) {
    this.#options = options;
  }

  /** Looks again and again until the signal aborts. */
  async run(everyMs: Milliseconds, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await pause(everyMs, signal);
    }
  }

  /** Looks once. What fails is told once, and tried again with the next look. */
  async look(): Promise<void> {
    try {
      const found = await findRuleFiles(this.#options.places);
      const signature = await signatureOf(found);
      if (signature === this.#signature) return;
      // What is being written is whole only once it stays as it is: half a file may be a valid one with half the alarms.
      const stays = this.#signature === undefined || signature === this.#seen;
      this.#seen = signature;
      if (!stays) return;
      await this.#take(await readRuleFiles(found));
      this.#signature = signature;
      this.#trouble = undefined;
    } catch (thrown) {
      const { code, message } = asSpillwayError(thrown);
      if (message === this.#trouble) return;
      this.#trouble = message;
      this.#options.refused();
      for (const line of message.split('\n')) this.#options.log.error({ code }, line);
      this.#options.log.error({ code }, 'these alarm rules are not put in force; those before go on');
    }
  }

  async #take(files: RuleFiles): Promise<void> {
    const { inForce, check, offer, log } = this.#options;
    const digest = digestOfRules(files);
    // Read before: files that were offered and others have replaced since are not offered again until they change.
    if (digest === this.#digest) return;
    if (digest !== inForce()) {
      for (const warning of check(files)) log.warn(warning);
      await offer(files);
      log.info({ digest, files: files.length }, 'alarm rules have changed');
    }
    this.#digest = digest;
  }
}
