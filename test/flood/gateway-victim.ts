import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { hashPassword } from '../../runtime/auth/password.ts';
import { digestOfToken, newToken } from '../../runtime/auth/token.ts';
import { logLine, loneActor, type Victim } from './victim.ts';

const PATIENCE_MS = 5_000;
/** One in so many looks in by a WebSocket of its own, as a page does that is opened. */
const LIVE = 4;

/** A gateway as a process, its allow-list 127.0.0.0/16; a program asks for the alarms, and pages are opened. */
export async function gatewayVictim(): Promise<Victim> {
  await using owned = new AsyncDisposableStack();
  const [ours, theirs] = [newToken(), newToken()];
  const actor = owned.use(
    await loneActor('gateway', {
      listen: { port: 0 },
      allow: ['127.0.0.0/16'],
      users: [{ name: 'maria', role: 'shifter', password: await hashPassword('correct horse') }],
      tokens: [ours, theirs].map((token, index) => ({
        name: `program-${index}`,
        role: 'viewer',
        digest: digestOfToken(token),
      })),
      page: { directory: 'no-page' },
    }),
  );
  const { hostname, port } = new URL(String((await logLine(actor.process, '"msg":"serving"'))['url']));
  const agent = new Agent({ connections: 8 });
  owned.defer(() => agent.destroy());
  const headers = { authorization: `Bearer ${ours}` };
  const stack = owned.move();
  return {
    pid: actor.pid,
    aim: { host: hostname, port: Number(port), path: '/api/v1/alarms/beam/horn/comment', token: theirs },
    what: `requests for the alarms, one in ${LIVE} a WebSocket that is opened and greeted`,
    perSecond: 20,
    async real(count) {
      if (count % LIVE === 0) return greeted(`ws://${hostname}:${port}/api/v1/live`, headers);
      try {
        const answer = await request(`http://${hostname}:${port}/api/v1/alarms`, {
          headers,
          dispatcher: agent,
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        await answer.body.dump();
        return answer.statusCode === 200 ? undefined : String(answer.statusCode);
      } catch (error) {
        return error instanceof Error && 'code' in error ? String(error.code) : String(error);
      }
    },
    refusals: () => actor.refusals(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Opens a WebSocket and waits for its first message. */
function greeted(url: string, headers: Record<string, string>): Promise<string | undefined> {
  const socket = new WebSocket(url, { headers, handshakeTimeout: PATIENCE_MS });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const late = setTimeout(() => resolve('no greeting'), PATIENCE_MS);
  socket.once('message', () => resolve(undefined));
  socket.once('unexpected-response', (_, { statusCode }) => resolve(String(statusCode)));
  socket.on('error', error => resolve(error.message));
  socket.once('close', code => resolve(`close ${code}`));
  return promise.finally(() => {
    clearTimeout(late);
    socket.terminate();
  });
}
