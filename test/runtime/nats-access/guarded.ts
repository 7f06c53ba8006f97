import { connect, type NatsConnection } from '@nats-io/transport-node';
import { actors } from '../../../actors/index.ts';
import { type Nats, openNats } from '../../../runtime/host/nats.ts';
import { connectionOptions } from '../../../runtime/nats-access/credentials.ts';
import { ensureKeys } from '../../../runtime/nats-access/keys.ts';
import { accessConfig } from '../../../runtime/nats-access/server-config.ts';
import { natsUsers, userNames } from '../../../runtime/nats-access/users.ts';
import { natsServer, type TestNats } from '../../helpers/nats.ts';
import { silent } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

export const EXPERIMENT = 'test';

/** A real nats-server that knows every actor by its key and gives each the rights that its declaration says. */
export interface Guarded extends AsyncDisposable {
  readonly server: TestNats;
  /** Directory with the keys. */
  readonly nkeys: string;
  /** As the host has it: for an actor, or for the operator. */
  open(as?: string, signal?: AbortSignal): Promise<Nats>;
  /** The bare client, with the key of this user. */
  connect(as: string): Promise<NatsConnection>;
}

export async function guarded(): Promise<Guarded> {
  await using making = new AsyncDisposableStack();
  const { path: nkeys } = making.use(await temporaryDirectory());
  const keys = await ensureKeys(nkeys, userNames(actors));
  const server = making.use(
    await natsServer({ access: accessConfig({ users: natsUsers(actors, EXPERIMENT, keys) }) }),
  );
  const owned = making.move();
  return {
    server,
    nkeys,
    open: (as, signal = AbortSignal.timeout(20_000)) => {
      const options = { servers: [server.url], experiment: EXPERIMENT, name: 'test', replicas: 1, nkeys };
      return openNats(as === undefined ? options : { ...options, as }, silent, signal);
    },
    async connect(as) {
      const connection = await connect({
        servers: server.url,
        ...connectionOptions({ nkeys }, EXPERIMENT, as),
      });
      owned.defer(() => connection.close());
      return connection;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What the server answers, or that it does not allow the question. */
export async function asked(
  connection: NatsConnection,
  subject: string,
  question: unknown = '',
): Promise<string> {
  const text = typeof question === 'string' ? question : JSON.stringify(question);
  try {
    return (await connection.request(subject, text, { timeout: 5_000 })).string();
  } catch (thrown) {
    if (thrown instanceof Error && /permissions violation/i.test(thrown.message)) return 'forbidden';
    throw thrown;
  }
}
