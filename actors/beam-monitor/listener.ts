import type { ActorContext } from '../../runtime/actor.ts';
import { XmlRpcServer } from '../../runtime/xml-rpc/server.ts';
import { readServerTls } from '../../runtime/xml-rpc/tls.ts';
import type { CallbackConfig } from './config.ts';
import type { Intake } from './intake.ts';

/** The same refusal again is logged once in so many times: a caller gone wild must not fill the log. */
const LOG_EVERY = 1000;

export interface Listener extends AsyncDisposable {
  /** What the front end is to call, unless it is told another address. */
  readonly url: string;
  /** Refusals so far, whatever the reason. */
  readonly refused: () => number;
}

/**
 * Opens the door for callbacks: one method, for the networks of the allow-list. Success is answered once the
 * readings are stored, a fault with the code in its text otherwise; each refusal is counted by its code.
 */
export async function openListener(
  config: CallbackConfig,
  intake: Intake,
  context: ActorContext,
): Promise<Listener> {
  const refusals = new Map<string, number>();
  const { limits } = config;
  const server = await XmlRpcServer.listen({
    ...config.listen,
    allow: config.allow,
    tls: config.tls && (await readServerTls(config.tls)),
    callers: config.callers,
    limits: {
      bodyBytes: limits.body,
      headerBytes: limits.header,
      connections: limits.connections,
      connectionsPerAddress: limits.connectionsPerAddress,
      calls: limits.calls,
      requestsPerSecondPerAddress: limits.requestsPerSecond,
      requestMs: limits.requestTime,
      headersMs: limits.requestTime,
      closeMs: config.storeTimeout,
      xml: { bytes: limits.body },
    },
    methods: new Map([
      [
        config.method,
        {
          signature: [['boolean', 'struct']],
          help: 'Takes the readings of one trigger; true once they are stored.',
          handler: async params => {
            await intake.take(params, context.clock());
            return true;
          },
        },
      ],
    ]),
    onRefused(reason, detail) {
      const times = (refusals.get(reason) ?? 0) + 1;
      refusals.set(reason, times);
      context.count('refused', { reason });
      if (times % LOG_EVERY === 1) context.log.warn({ reason, times }, `refused: ${detail}`);
    },
  });
  return {
    url: server.url,
    refused: () => refusals.values().reduce((sum, times) => sum + times, 0),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
