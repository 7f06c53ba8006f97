import { join } from 'node:path';
import { asSpillwayError } from '../../protocol/errors.ts';
import type { XmlRpcStruct } from '../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../runtime/xml-rpc/client.ts';
import { FrontEnd, readingOf } from '../actors/beam-monitor/front-end.ts';
import { ROOT } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { loneActor, type Victim } from './victim.ts';

/** The front end waits so long for an answer before it tells a callback again. */
const PATIENCE_MS = 5_000;
/** Every so many callbacks come on a connection of their own: a front end that restarts has to get in too. */
const ANEW = 4;

/** A beam monitor as a process, its allow-list 127.0.0.0/16, and a front end that calls it back. */
export async function listenerVictim(): Promise<Victim> {
  await using owned = new AsyncDisposableStack();
  const front = owned.use(await FrontEnd.listen());
  const actor = owned.use(
    await loneActor('beam-monitor', {
      server: front.server.url,
      devices: join(ROOT, 'fixtures', 'devices', 'numi.yaml'),
      callback: { listen: { port: 0 }, allow: ['127.0.0.0/16'] },
    }),
  );
  await until(() => front.registrations.size === 2, { what: 'both registrations' });
  const { id, url, method, devices } = front.registeredFor('A9');
  const { hostname, port, pathname } = new URL(url);
  const kept = owned.use(new XmlRpcClient(url, { timeoutMs: PATIENCE_MS }));
  const began = Math.floor(Date.now() / 1000);
  const stack = owned.move();
  return {
    pid: actor.pid,
    aim: { host: hostname, port: Number(port), path: pathname },
    what: `callbacks of ${devices.length} devices, one in ${ANEW} on a new connection, until they are stored`,
    perSecond: 20,
    async real(count) {
      const struct: XmlRpcStruct = {
        id,
        event: 'A9',
        sequence: count + 1,
        seconds: began,
        nanoseconds: count,
        readings: devices.map(name => readingOf(name, { scaled: count })),
      };
      const anew = count % ANEW === 0;
      const client = anew ? new XmlRpcClient(url, { timeoutMs: PATIENCE_MS }) : kept;
      try {
        await client.call(method, [struct]);
        return undefined;
      } catch (error) {
        const { code, message } = asSpillwayError(error);
        return `${code} ${message.replace(/^.*?(HTTP \d+|[A-Z]{5,}|socket hang up).*$/s, '$1')}`;
      } finally {
        if (anew) client[Symbol.dispose]();
      }
    },
    refusals: () => actor.refusals(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
