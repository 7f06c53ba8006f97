import { asSpillwayError, type ErrorCode } from '../../protocol/errors.ts';
import { readings } from '../../protocol/messages/readings.ts';
import { eventTimeFromMs, type Milliseconds } from '../../protocol/time.ts';
import type { ActorContext, Outgoing } from '../../runtime/actor.ts';
import { type BackOff, backOffMs, pause } from '../../runtime/host/back-off.ts';
import type { BeamsServer } from './beams-server.ts';
import { type DeviceProblemCode, FATE } from './fate.ts';
import { nameOf, type PollingList } from './lists.ts';
import { composeReadings, type Seen } from './readings.ts';
import type { StatusTexts } from './status-texts.ts';

export interface PollerOptions {
  readonly server: BeamsServer;
  readonly statusTexts: StatusTexts;
  /** Devices in one request. */
  readonly batch: number;
  readonly futureToleranceMs: Milliseconds;
  readonly backOff: BackOff;
}

/** So many time-outs one after the other are the server's, not a device's: waiting for each would take minutes. */
const UNANSWERED_IN_A_ROW = 3;

/** The server answered, and its answer to the array is of no use. */
const ARRAY_REFUSED: ReadonlySet<ErrorCode> = new Set(['XMLRPC_FAULT', 'XMLRPC_INVALID', 'XML_MALFORMED']);

type Failures = Map<string, { code: DeviceProblemCode; detail: string }>;

/**
 * Reads one list again and again with `getReading` and publishes what came. A reading that cannot be stored stays
 * in hand until it is, and the polls that would have been meanwhile are counted as skipped.
 */
export class Poller {
  readonly figures = { polls: 0, pollFailures: 0, pollsSkipped: 0 };
  readonly #list: PollingList;
  readonly #context: ActorContext;
  readonly #options: PollerOptions;
  #seen: Seen = new Map();

  constructor(list: PollingList, context: ActorContext, options: PollerOptions) {
    this.#list = list;
    this.#context = context;
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    const { everyMs } = this.#list;
    let due = clock();
    while (!signal.aborted) {
      await this.#poll(signal);
      const late = Math.max(0, Math.floor((clock() - due) / everyMs));
      this.figures.pollsSkipped += late;
      due += (late + 1) * everyMs;
      // A clock set back must not stop us for as long.
      if (due - clock() > everyMs) due = clock() + everyMs;
      await pause(due - clock(), signal);
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const context = this.#context;
    const list = this.#list;
    const startedAt = context.clock();
    const { structs, failures } = await this.#read(signal);
    if (signal.aborted) return;
    this.figures.polls++;
    context.count('poll', { list: list.trigger });
    if (structs.length === 0) {
      this.figures.pollFailures++;
      const [first] = failures.values();
      context.count('poll_failed', { reason: first?.code ?? 'DEVICE_MISSING' });
      context.log.warn(
        { list: nameOf(list) },
        `nothing read: ${first?.detail ?? 'the server gave no readings'}`,
      );
      return;
    }
    await this.#learnTexts(structs);
    const { body, seen } = composeReadings(
      list,
      { time: eventTimeFromMs(startedAt), readings: structs, failures },
      this.#seen,
      {
        nowMs: context.clock(),
        futureToleranceMs: this.#options.futureToleranceMs,
        statusText: this.#options.statusTexts.textOf,
      },
    );
    this.#seen = seen;
    for (const { code } of body.problems) context.count('device_problem', { code });
    await this.#store(
      {
        type: readings,
        body,
        hops: [
          ['triggered', startedAt],
          ['received', context.clock()],
        ],
      },
      signal,
    );
  }

  /** All devices, in requests of `batch` with the settable wait between them. */
  async #read(signal: AbortSignal): Promise<{ structs: unknown[]; failures: Failures }> {
    const names = [...this.#list.devices.keys()];
    const structs: unknown[] = [];
    const failures: Failures = new Map();
    for (let from = 0; from < names.length && !signal.aborted; from += this.#options.batch) {
      if (from > 0) await pause(this.#list.betweenMs, signal);
      const part = names.slice(from, from + this.#options.batch);
      try {
        structs.push(...(await this.#options.server.getReadings(part, signal)));
      } catch (error) {
        const { code } = asSpillwayError(error);
        // One bad device spoils the array; asked alone, it costs only itself.
        if (ARRAY_REFUSED.has(code) && part.length > 1)
          await this.#readAlone(part, structs, failures, signal);
        else for (const name of part) failures.set(name, failureOf(error));
      }
    }
    return { structs, failures };
  }

  async #readAlone(names: readonly string[], structs: unknown[], failures: Failures, signal: AbortSignal) {
    this.#context.count('poll_one_by_one', { list: this.#list.trigger });
    let unanswered = 0;
    for (const [index, name] of names.entries()) {
      if (signal.aborted) return;
      try {
        structs.push(await this.#options.server.getReading(name, signal));
        unanswered = 0;
      } catch (error) {
        const failure = failureOf(error);
        failures.set(name, failure);
        unanswered = ARRAY_REFUSED.has(failure.code) ? 0 : unanswered + 1;
        if (unanswered < UNANSWERED_IN_A_ROW) continue;
        for (const rest of names.slice(index + 1)) failures.set(rest, failure);
        return;
      }
    }
  }

  async #learnTexts(structs: readonly unknown[]): Promise<void> {
    const statuses = new Set<number>();
    for (const struct of structs)
      if (typeof struct === 'object' && struct !== null && 'status' in struct) {
        const { status } = struct;
        if (typeof status === 'number' && status !== 0) statuses.add(status);
      }
    await Promise.all([...statuses].map(status => this.#options.statusTexts.learn(status)));
  }

  async #store(message: Outgoing, signal: AbortSignal): Promise<void> {
    const context = this.#context;
    for (let attempt = 1; ; attempt++) {
      try {
        await context.publish(message);
        return;
      } catch (thrown) {
        const error = asSpillwayError(thrown);
        context.log.warn(
          { list: nameOf(this.#list), attempt, code: error.code },
          `not stored: ${error.message}`,
        );
        if (!error.retry || signal.aborted) return;
        await pause(backOffMs(this.#options.backOff, attempt, context.random), signal);
      }
    }
  }
}

function failureOf(thrown: unknown): { code: DeviceProblemCode; detail: string } {
  const { code, message } = asSpillwayError(thrown);
  return {
    code: code in FATE ? (code as DeviceProblemCode) : 'DEVICE_MISSING',
    detail: message.slice(0, 200),
  };
}
