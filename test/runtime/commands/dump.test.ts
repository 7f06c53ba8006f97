import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { encodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import { encodeCommand, PROTOCOL_VERSION } from '../../../protocol/rotorooter/rotorooter.ts';
import { dumpCommand } from '../../../runtime/commands/dump.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

const record = (spillCount: number, inOut: 'in' | 'out' = 'in') =>
  encodeRecord(
    {
      simulated: false,
      detector: 'near',
      time: { seconds: 1116618240, nanoseconds: 5 },
      spillCount,
      inOut,
      devices: [
        { name: 'E:TRTGTD', kind: 'float', seconds: 1116618240, milliseconds: 7, values: [25.1] },
        {
          name: 'E:HRNDIR',
          kind: 'float',
          seconds: 1116618240,
          milliseconds: 8,
          values: [Number.NaN, Number.NEGATIVE_INFINITY],
        },
        { name: 'I:N', kind: 'int', seconds: 1116618240, milliseconds: 9, values: [-3] },
      ],
    },
    { minor: 2 },
  );

/** Runs `spillway dump` on a file of these bytes. */
async function dump(bytes: Uint8Array, ...args: string[]): Promise<{ code: number; lines: string[] }> {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'B050520_194400.mbeam.raw');
  await writeFile(file, bytes);
  let text = '';
  // Takes its time with every line, so that back-pressure is met.
  const stdout = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      setImmediate(done);
    },
  });
  const { signal } = new AbortController();
  const code = await dumpCommand.run([file, ...args], { stdout, stderr: stdout, env: {}, signal });
  await new Promise<void>(done => stdout.end(done));
  return { code, lines: text.replaceAll(`${directory.path}/`, '').trimEnd().split('\n') };
}

const json = (lines: readonly string[]): Record<string, unknown>[] =>
  lines.map(line => JSON.parse(line) as Record<string, unknown>);

test('every block is printed for a reader, with single precision digits and times in UTC', async () => {
  const { code, lines } = await dump(Buffer.concat([record(1), record(1, 'out')]));
  expect(code).toBe(0);
  const id = (word: string) => `0x${word} data near dcs minor 2`;
  expect(lines).toEqual([
    'B050520_194400.mbeam.raw',
    `         0  header     ${id('18310002')}  spill 1  2005-05-20T19:44:00.000000005Z`,
    `        24  in-spill   ${id('18320002')}  3 devices`,
    '            E:TRTGTD  float 2005-05-20T19:44:00.007Z  25.1',
    '            E:HRNDIR  float 2005-05-20T19:44:00.008Z  NaN -Infinity',
    '            I:N       int   2005-05-20T19:44:00.009Z  -3',
    `       116  header     ${id('18310002')}  spill 1  2005-05-20T19:44:00.000000005Z`,
    `       140  out-spill  ${id('18330002')}  3 devices`,
    '            E:TRTGTD  float 2005-05-20T19:44:00.007Z  25.1',
    '            E:HRNDIR  float 2005-05-20T19:44:00.008Z  NaN -Infinity',
    '            I:N       int   2005-05-20T19:44:00.009Z  -3',
    'B050520_194400.mbeam.raw: 1 in-spill and 1 out-of-spill records, 0 problems',
  ]);
});

test('--json gives one object per block, values exact and NaN as text', async () => {
  const { code, lines } = await dump(record(7), '--json');
  expect(code).toBe(0);
  const [header, payload] = json(lines);
  expect(header).toMatchObject({
    offset: 0,
    bytes: 24,
    block: 'header',
    id: '0x18310002',
    spillCount: 7,
    csf: 0,
  });
  expect(payload).toMatchObject({
    offset: 24,
    block: 'payload',
    major: 0x320,
    minor: 2,
    inOut: 'in',
    spillCount: 7,
    time: '2005-05-20T19:44:00.000000005Z',
    devices: [
      { name: 'E:TRTGTD', kind: 'float', seconds: 1116618240, milliseconds: 7, values: [Math.fround(25.1)] },
      { name: 'E:HRNDIR', values: ['NaN', '-Infinity'] },
      { name: 'I:N', kind: 'int', values: [-3] },
    ],
  });
});

test('--spill and --device print what they name and nothing else', async () => {
  const file = Buffer.concat([record(1), record(2), record(2, 'out'), record(3)]);
  const { lines } = await dump(file, '--json', '--spill', '2', '--device', 'I:N', '--device', 'E:OTHER');
  const shown = json(lines).map(({ block, spillCount, devices }) => ({ block, spillCount, devices }));
  const devices = [expect.objectContaining({ name: 'I:N' })];
  expect(shown).toEqual([
    { block: 'header', spillCount: 2, devices: undefined },
    { block: 'payload', spillCount: 2, devices },
    { block: 'header', spillCount: 2, devices: undefined },
    { block: 'payload', spillCount: 2, devices },
  ]);
  expect((await dump(file, '--json', '--device', 'E:OTHER')).lines).toEqual(['']);
});

test('a bad checksum is told, the blocks around it are printed, and the exit code is 1', async () => {
  const file = Buffer.concat([record(1), record(2), record(3)]);
  file.writeUInt8(0xff, record(1).length + 60);
  const { code, lines } = await dump(file, '--json');
  expect(code).toBe(1);
  const problems = json(lines).filter(entry => 'problem' in entry);
  expect(problems).toMatchObject([{ offset: 140, problem: 'BLOCK_CHECKSUM' }]);
  expect(json(lines).filter(({ block }) => block === 'payload')).toHaveLength(2);
});

test('a torn end is told with how many bytes it has', async () => {
  const { code, lines } = await dump(Buffer.concat([record(1), record(2).subarray(0, 50)]));
  expect(code).toBe(1);
  expect(lines).toContain('       140  PROBLEM torn: 26 bytes of a block that needs 92 or more (26 bytes)');
  expect(lines.at(-1)).toBe('B050520_194400.mbeam.raw: 1 in-spill and 0 out-of-spill records, 1 problems');
});

test('blocks that do not pair into records are told', async () => {
  const [header, payload] = [record(1).subarray(0, 24), record(1).subarray(24)];
  const { code, lines } = await dump(Buffer.concat([payload, header, header, payload]), '--json');
  expect(code).toBe(1);
  const reasons = json(lines).flatMap(entry => ('problem' in entry ? [entry['reason']] : []));
  expect(reasons).toEqual([
    'no header block before this payload block',
    'the header block before is not followed by a payload block',
  ]);
});

test('a recorded client stream prints like the file it becomes', async () => {
  const stream = Buffer.concat([
    encodeCommand({ kind: 'open', version: PROTOCOL_VERSION, source: 'SPILL@1', stream: 'BeamMon' }),
    encodeCommand({ kind: 'record', sequence: 4, bytes: record(4) }),
    encodeCommand({ kind: 'close' }),
  ]);
  expect(await dump(stream, '--json')).toEqual(await dump(record(4), '--json'));
  expect((await dump(stream.subarray(0, 80))).code).toBe(1);
});

test('a file that is not there gives exit code 3, a bad option is a usage error', async () => {
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  const io = { stdout, stderr: stdout, env: {}, signal: new AbortController().signal };
  expect(await dumpCommand.run(['/nowhere'], io)).toBe(3);
  for (const args of [[], ['file', '--spill', 'x'], ['file', '--what']]) {
    await expect(dumpCommand.run(args, io)).rejects.toMatchObject({ code: 'USAGE' });
  }
});
