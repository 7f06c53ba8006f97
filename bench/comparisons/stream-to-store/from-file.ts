import type { Contender } from '../../harness/comparison.ts';
import { whileUsing } from '../../harness/usage.ts';
import { contentsOf, type Filled, mustHave } from './filled.ts';

/** The limit: the engine reads the very rows from a local file, in one insert, on as many threads as it likes. */
export function fromFile({ scene: { store, engine }, file, messages, table }: Filled): Contender {
  const insert = async (): Promise<string> => {
    const name = await table();
    await store.client.command({
      query: `INSERT INTO ${name} SELECT id, fromUnixTimestamp64Micro(time, 'UTC'), device, status, value, units, trigger, text
        FROM file('${file}', 'JSONEachRow',
          'id String, time Int64, device String, status Int32, value Float64, units String, trigger String, text String')`,
    });
    return name;
  };
  return {
    name: 'the engine from a local file (limit)',
    answer: async () => contentsOf(store, await insert()),
    async round() {
      const began = performance.now();
      const { result, usage } = await whileUsing([engine.pid], insert);
      const seconds = (performance.now() - began) / 1000;
      await mustHave(store, result, messages);
      return { figure: messages / seconds, ...usage };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
