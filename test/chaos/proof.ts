import { serverName } from '../../runtime/host/streams.ts';
import { command, openStore } from '../../runtime/store/connection.ts';
import type { Count, Judgement } from './judge.ts';
import type { System } from './system.ts';

/** Something done to what is left of a clean run, and what a judge has to say to it. */
interface Spoiling {
  readonly what: string;
  readonly expected: Count;
  readonly spoil: (system: System) => Promise<void>;
}

const statement = async ({ config }: System, sql: string): Promise<void> => {
  await using store = openStore(config.store);
  await command(store, sql, 'to spoil the evidence');
};

const SPOILINGS: readonly Spoiling[] = [
  {
    what: 'a spill taken out of the store',
    expected: 'lost',
    spoil: system =>
      statement(system, 'ALTER TABLE spills DELETE WHERE spill_sequence = 3 SETTINGS mutations_sync = 1'),
  },
  {
    what: 'a spill put into the store a second time',
    expected: 'duplicated',
    spoil: system =>
      statement(
        system,
        'INSERT INTO spills SELECT * FROM spills WHERE spill_sequence = 5 SETTINGS insert_deduplicate = 0',
      ),
  },
  {
    what: 'a page taken out of the outbox',
    expected: 'alarmsLost',
    spoil: async ({ nats }) => {
      const name = serverName(nats.experiment, 'NOTICE');
      const { state } = await nats.jsm.streams.info(name);
      await nats.jsm.streams.deleteMessage(name, state.first_seq);
    },
  },
];

/** Spoils a clean run, one thing after the other. @throws Error where the judge does not see it */
export async function prove(system: System, judgeAgain: () => Promise<Judgement>): Promise<void> {
  for (const { what, expected, spoil } of SPOILINGS) {
    await spoil(system);
    const { counts } = await judgeAgain();
    if (counts[expected] === 0) throw new Error(`${what} was not found: ${JSON.stringify(counts)}`);
    process.stdout.write(`${what}: found\n`);
  }
}
