import type { Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { type Filled, filled } from './filled.ts';
import { fromFile } from './from-file.ts';
import { goConsumer, spillway } from './pipelines.ts';

const MESSAGES = { quick: 20_000, full: 100_000 };

/** Non-database cores of the published run share 510,000 events/s; ours is to do ten times as many. */
const PUBLISHED_PER_CORE = 3_900;

/** Events of 1.5 kB of JSON, from a stream that holds them into a table, each once. */
export const streamToStore: Comparison = {
  name: 'stream-to-store',
  title: 'JSON of 1.5 kB from JetStream into ClickHouse, exactly once',
  unit: 'events/s',
  better: 'more',
  quick: false,
  goals: [{ against: 'the engine from a local file', times: 0.6 }],
  rounds: 3,
  async contenders(setting) {
    const world = await begin(setting);
    return [
      await spillway(world, setting),
      await goConsumer(world, setting),
      fromFile(world),
      {
        name: 'Redpanda Connect',
        absent: 'the module proxy for Go does not serve it here',
        install: 'go install github.com/redpanda-data/connect/v4/cmd/redpanda-connect@latest',
      },
      {
        name: 'Vector',
        absent: 'it is in no package registry for npm, Python, Debian or Go',
        install: 'its own Debian repository, see the manual of Vector',
      },
    ];
  },
};

/** The same by processor time of the pipeline and of nats-server, without that of the store, as the published figure counts it. */
export const streamToStoreCore: Comparison = {
  name: 'stream-to-store-core',
  title:
    'The same by core: processor time of pipeline and nats-server, publishing included, without the store',
  unit: 'events/s/core',
  better: 'more',
  quick: false,
  goals: [{ figure: 10 * PUBLISHED_PER_CORE, source: 'ten times 3,900, GlassFlow, without deduplication' }],
  rounds: 3,
  async contenders(setting) {
    const world = await begin(setting);
    return [
      perCore(await spillway(world, setting), world),
      ...[await goConsumer(world, setting)].map(one => ('absent' in one ? one : perCore(one, world))),
    ];
  },
};

const begin = ({ quick, directory, signal }: Setting): Promise<Filled> =>
  filled(directory, quick ? MESSAGES.quick : MESSAGES.full, signal);

function perCore(contender: Contender, { messages, publishSeconds }: Filled): Contender {
  return {
    name: contender.name,
    async round() {
      const { cpuSeconds = 0, ...rest } = await contender.round();
      return { ...rest, cpuSeconds, figure: messages / (cpuSeconds + publishSeconds) };
    },
    [Symbol.asyncDispose]: () => contender[Symbol.asyncDispose](),
  };
}
