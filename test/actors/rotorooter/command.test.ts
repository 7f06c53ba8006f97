import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { rotorooterCommand } from '../../../actors/rotorooter/command.ts';
import { encodeCommand, PROTOCOL_VERSION } from '../../../protocol/rotorooter/rotorooter.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { filesIn, range, recordsOf, SOURCE, spillCountsIn } from './helpers.ts';

/** Runs `spillway rotorooter`; what it prints is gathered. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  const code = await rotorooterCommand.run(args, { stdout, stderr, env: {}, signal });
  const text = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const recorded = (first: number, last: number): Buffer =>
  Buffer.concat([
    encodeCommand({ kind: 'open', version: PROTOCOL_VERSION, source: SOURCE, stream: 'BeamMon' }),
    ...recordsOf(first, last).map(record => encodeCommand({ kind: 'record', ...record })),
  ]);

test('a recorded client stream is a valid input file, and the same one twice changes nothing', async () => {
  await using directory = await temporaryDirectory();
  const input = join(directory.path, 'recorded');
  const beam = join(directory.path, 'beam');
  await writeFile(input, recorded(1, 20));
  for (let time = 0; time < 2; time++) {
    expect((await run('-p', input, '--directory', beam)).code).toBe(0);
    expect([...(await filesIn(beam)).keys()]).toEqual(['B050520_194402.mbeam.raw']);
  }
  await writeFile(input, recorded(15, 30));
  await run('-p', input, '--directory', beam);
  expect(await spillCountsIn(beam)).toEqual(range(1, 30));
});

test('rubbish in the input file ends with exit code 1 and the reason, after what came before it', async () => {
  await using directory = await temporaryDirectory();
  const input = join(directory.path, 'recorded');
  await writeFile(input, Buffer.concat([recorded(1, 3), Buffer.from('rubbish')]));
  const { code, stderr } = await run('-p', input, '--directory', directory.path);
  expect(code).toBe(1);
  expect(stderr).toContain('bytes 4 and 5');
  expect(await spillCountsIn(directory.path)).toEqual([1, 2, 3]);
});

test('an input file that is not there gives exit code 3 and touches no directory', async () => {
  await using directory = await temporaryDirectory();
  const beam = join(directory.path, 'beam');
  const { code, stdout } = await run('-p', join(directory.path, 'nowhere'), '--directory', beam, '-e');
  expect(code).toBe(3);
  expect(stdout).toContain('ENOENT');
  await mkdir(beam);
});

test.each([
  [['-v', '7'], '-v 7: 0 to 4'],
  [['-p', '99999'], 'port'],
  [['--allow', 'everyone'], 'CIDR|address or a network'],
  [['--bytes', '1 parsec'], 'number with a unit'],
  [['-x'], '-x'],
])('the command line %j is told to be wrong', async (args, text) => {
  const usage = { code: 'USAGE', message: expect.stringMatching(text) };
  await expect(run(...args)).rejects.toMatchObject(usage);
});

test('its help tells every option', () => {
  for (const option of ['-p', '-a', '-b', '-v', '-e', '-D', '--directory', '--allow'])
    expect(rotorooterCommand.help).toContain(option);
});
