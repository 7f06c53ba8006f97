import { AuditorConfig } from '../../../actors/auditor/config.ts';
import { eventKey, type Seen } from '../../../actors/auditor/seen.ts';
import { AuditState, initialState } from '../../../actors/auditor/state.ts';
import { step, wakeAt } from '../../../actors/auditor/step.ts';
import type { Account } from '../../../protocol/messages/account.ts';
import type { Discrepancy } from '../../../protocol/messages/discrepancy.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import type { Outgoing, StreamId } from '../../../runtime/actor.ts';

/** A whole minute. */
export const T0 = 1_795_276_800_000;

/** A message on its way into the books. */
export interface Entry {
  readonly stream: StreamName;
  readonly sequence: number;
  readonly body: Seen;
}

export const readings = (sequence: number, at: number, number: number | null = sequence): Entry => ({
  stream: 'BEAM',
  sequence,
  body: {
    kind: 'readings',
    source: 'bd',
    trigger: 'A9',
    inOut: 'in',
    at,
    number: number === null ? null : { registration: 'r1', number },
  },
});
export const record = (sequence: number, from = sequence): Entry => ({
  stream: 'SPILL',
  sequence,
  body: { kind: 'record', from },
});
export const reached = (stage: string, of: StreamName, first: number, last: number): Entry => ({
  stream: 'LEDGER',
  sequence: 0,
  body: { kind: 'reached', stage, stream: `${of}@1`, first, last },
});
export const letter = (
  actor: string,
  of: StreamName,
  sequence: number,
  code: string,
  subject = '',
): Entry => ({
  stream: 'DEAD',
  sequence: 0,
  body: { kind: 'letter', actor, code, stream: `${of}@1`, sequence, subject },
});

export const RUN = { site: 'lngs', detector: 'lime', equipment: 'Trigger', run: 7 } as const;
export const event = (sequence: number, serial: number): Entry => ({
  stream: 'EVENT',
  sequence,
  body: {
    kind: 'event',
    of: RUN,
    key: eventKey(serial, 0),
    at: T0 + serial * 1000,
    began: T0,
    pedestal: false,
  },
});
export const result = (sequence: number, serial: number): Entry => ({
  stream: 'RECO',
  sequence,
  body: { kind: 'result', of: RUN, key: eventKey(serial, 0) },
});

/** Books without a host: time goes on by what is entered. */
export class Keeper {
  readonly config: AuditorConfig;
  readonly told: Outgoing[] = [];
  now = T0;
  #state: AuditState = initialState;

  constructor(config: Partial<Record<keyof AuditorConfig, unknown>> = {}) {
    this.config = AuditorConfig.parse(config);
  }

  enter({ stream, sequence, body }: Entry): void {
    const made = step(this.config, this.#state, {
      type: 'seen/1',
      body,
      identity: `${stream} ${sequence}`,
      stream: `${stream}@1` as StreamId,
      sequence,
      storedAt: this.now,
      subject: '',
      hops: [],
    });
    this.#state = made.state;
    this.told.push(...made.outputs);
  }

  /** Lets time pass, woken as the host would. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (
      let at = wakeAt(this.config, this.#state);
      at !== undefined && at <= end;
      at = wakeAt(this.config, this.#state)
    ) {
      this.now = Math.max(this.now, at);
      this.enter({ stream: 'TIMER', sequence: 0, body: { kind: 'other' } });
    }
    this.now = end;
  }

  /** What a restart does to the state. */
  restart(): void {
    this.#state = AuditState.parse(JSON.parse(JSON.stringify(this.#state)));
  }

  get state(): AuditState {
    return this.#state;
  }

  get accounts(): Account[] {
    return this.told.filter(({ type }) => type.type === 'account/1').map(({ body }) => body as Account);
  }

  get discrepancies(): Discrepancy[] {
    return this.told
      .filter(({ type }) => type.type === 'discrepancy/1')
      .map(({ body }) => body as Discrepancy);
  }
}
