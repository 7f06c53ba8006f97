import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SpillRecord, spillRecord } from '../../../../protocol/messages/spill-record.ts';
import { decodeRecord, encodeRecord } from '../../../../protocol/raw-block/raw-block.ts';
import type { ResolvedConfig } from '../../../../runtime/config/resolve.ts';
import { publish } from '../../../../runtime/host/publish.ts';
import { streamId } from '../../../../runtime/host/streams.ts';
import { verifyBeamFile } from '../../../../runtime/verify/file/beam-file.ts';
import { batchOf, startRecorder } from '../../../actors/recorder/fixtures.ts';
import { recordOf, recordsOf } from '../../../actors/rotorooter/helpers.ts';
import { natsServer } from '../../../helpers/nats.ts';
import { clickHouse } from '../../../helpers/store.ts';
import { openTestNats } from '../../../helpers/streams.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

const NAME = 'B050520_194402.mbeam.raw';
const owned = new AsyncDisposableStack();
let verified: (
  pieces: readonly Uint8Array[],
  beside?: readonly Uint8Array[],
) => ReturnType<typeof verifyBeamFile>;

/** Five records in SPILL; the store has the rows of all but the fourth. */
beforeAll(async () => {
  const server = owned.use(await natsServer());
  const nats = owned.use({
    nats: await openTestNats(server.url),
    async [Symbol.asyncDispose]() {
      await this.nats.connection.close();
    },
  }).nats;
  const store = owned.use(await clickHouse());
  const options = store.options('files');
  const recorder = owned.use(await startRecorder(options));
  const bodies = recordsOf(1, 5).map(({ bytes }): SpillRecord => ({ ...decodeRecord(bytes), bytes }));
  for (const body of bodies) await publish(nats, { type: spillRecord, body }, [], { deadlineMs: 15_000 });
  const id = await streamId(nats.jsm, nats.experiment, 'SPILL');
  await recorder.lane('SPILL').deliver(batchOf(id, 1, bodies.slice(0, 3)));
  await recorder.lane('SPILL').deliver(batchOf(id, 5, bodies.slice(4)));
  verified = async (pieces, beside = []) => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, NAME), Buffer.concat(pieces));
    if (beside.length > 0)
      await writeFile(join(directory.path, 'B050520_194403.mbeam.raw'), Buffer.concat(beside));
    const config = { store: options } as unknown as ResolvedConfig;
    return await verifyBeamFile(config, nats, join(directory.path, NAME));
  };
}, 120_000);
afterAll(() => owned.disposeAsync());

const bytes = recordsOf(1, 5).map(record => Buffer.from(record.bytes));
const [one, two, three, four, five] = bytes as [Buffer, Buffer, Buffer, Buffer, Buffer];
const MISSING_ROW = { kind: 'lost', stage: 'stored', lastSeen: 'packed: SPILL 4' };

test('a file whose records are all in the stream, byte by byte, lacks only the row that the store lacks', async () => {
  const { findings, counts } = await verified(bytes);
  expect(findings).toMatchObject([MISSING_ROW]);
  expect(counts).toMatchObject({ filed: 5, packed: 5, stored: 4 });
});

test('a tampered byte is found, with its place, and the record it was of is lost', async () => {
  const bad = Buffer.from(two);
  bad[bad.length - 1] = (bad[bad.length - 1] ?? 0) ^ 1;
  const { findings } = await verified([one, bad, three, four, five]);
  expect(findings).toMatchObject([
    {
      kind: 'different',
      stage: 'filed',
      key: 'unreadable',
      where: expect.stringContaining(`${NAME} at byte ${one.length + 24}`),
    },
    { kind: 'lost', stage: 'filed', lastSeen: 'packed: SPILL 2' },
    MISSING_ROW,
  ]);
});

test('a record that was changed and given a right checksum is told with the byte from which on it differs', async () => {
  const decoded = decodeRecord(two);
  const forged = encodeRecord(
    { ...decoded, devices: [{ name: 'E:TRTGTD', kind: 'float', seconds: 1, milliseconds: 7, values: [9] }] },
    { minor: 2 },
  );
  const { findings } = await verified([one, forged, three, four, five]);
  expect(findings).toMatchObject([
    {
      kind: 'different',
      stage: 'filed',
      where: expect.stringMatching(/not as in SPILL 2 from its byte \d+ on/),
    },
    MISSING_ROW,
  ]);
});

test('a record that is double, missing, out of order, or that nobody packed is told as what it is', async () => {
  const kinds = async (...pieces: readonly Uint8Array[]) =>
    (await verified([...pieces])).findings.filter(({ stage }) => stage === 'filed').map(({ kind }) => kind);
  expect(await kinds(one, two, two, three, four, five)).toEqual(['duplicated']);
  expect(await kinds(one, two, four, five)).toEqual(['lost']);
  expect(await kinds(one, three, two, four, five)).toEqual(['disordered']);
  expect(await kinds(one, two, three, four, five, recordOf(6).bytes)).toEqual(['duplicated']);
});

test('a late record that is in another file of the directory is where it belongs', async () => {
  expect((await verified([one, two, four, five], [three])).findings).toMatchObject([MISSING_ROW]);
});
