import { z } from 'zod';
import type { StreamId } from '../actor.ts';
import type { LaneHost } from './lane.ts';
import { laneKey, StateCell } from './state.ts';

const Tries = z.object({ stream: z.string(), spent: z.int().min(0) });

/**
 * Attempts that messages of a work lane have cost, one key per message, for whichever instance is given it next. Only
 * those that did not succeed at once have one.
 */
export class WorkTries {
  readonly #host: LaneHost;
  readonly #stream: StreamId;

  constructor(host: LaneHost, stream: StreamId) {
    this.#host = host;
    this.#stream = stream;
  }

  /** Undefined when nothing is written down. */
  async read(sequence: number): Promise<number | undefined> {
    const found = await this.#cell(sequence).read();
    return found?.stream === this.#stream ? found.spent : undefined;
  }

  async write(sequence: number, spent: number): Promise<void> {
    const cell = this.#cell(sequence);
    await cell.read();
    await cell.write({ stream: this.#stream, spent });
  }

  /** For a message that is done with. */
  async forget(sequence: number): Promise<void> {
    await this.#host.nats.state.delete(this.#key(sequence));
  }

  #cell(sequence: number) {
    // What another version wrote down says nothing.
    return new StateCell(this.#host.nats.state, this.#key(sequence), Tries.optional().catch(undefined));
  }

  #key(sequence: number): string {
    const [name = ''] = this.#stream.split('@');
    return laneKey(this.#host.actor, name, this.#host.lane, `tries.${sequence}`);
  }
}
