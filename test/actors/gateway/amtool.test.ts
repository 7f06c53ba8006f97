import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { type Amtool, findAmtool } from './amtool.ts';
import { alarm, runGateway, TOKENS } from './harness.ts';

let found: Amtool | string = 'not looked for yet';
beforeAll(async () => {
  found = await findAmtool();
}, 150_000);

/** amtool as a shifter has it: the gateway's address, and a token in the file that amtool takes. */
async function system(skip: (condition: boolean, reason?: string) => void, role: keyof typeof TOKENS) {
  skip(typeof found === 'string', typeof found === 'string' ? found : '');
  await using owned = new AsyncDisposableStack();
  const directory = owned.use(await temporaryDirectory());
  const gateway = owned.use(await runGateway());
  const http = join(directory.path, 'http.yaml');
  await writeFile(http, `authorization: { credentials: ${TOKENS[role]} }\n`);
  const given = ['--no-version-check', `--alertmanager.url=${gateway.url}`, `--http.config.file=${http}`];
  const kept = owned.move();
  return {
    gateway,
    amtool: async (...args: string[]) => (await (found as Amtool).run(...given, ...args)).stdout,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

test('amtool lists the alarms that are active, and those held back only when it is asked to', async ({
  skip,
}) => {
  await using all = await system(skip, 'shifter');
  const { gateway, amtool } = all;
  gateway.engine.raise(alarm('beam/horn/current', { title: 'Horn current' }));
  gateway.engine.raise(alarm('daq/disk', { peak: 'MINOR', to: 'acknowledged' }));
  gateway.engine.raise(alarm('beam/target', { to: 'shelved' }));
  gateway.engine.raise(alarm('beam/spill', { to: 'returned-unacknowledged', severity: 'NO_ALARM' }));
  const names = async (...args: string[]) => {
    const alerts = JSON.parse(await amtool('-o', 'json', 'alert', 'query', ...args)) as {
      labels: Record<string, string>;
    }[];
    return alerts.map(({ labels }) => labels['alertname']);
  };
  expect(await names()).toEqual(['beam/horn/current', 'daq/disk']);
  expect(await names('area=beam/horn')).toEqual(['beam/horn/current']);
  expect(await names('severity=~"MINOR|INVALID"')).toEqual(['daq/disk']);
  expect(await names('beam/horn/current')).toEqual(['beam/horn/current']);
  expect(await names('--inhibited')).toContain('beam/target');
  expect(await names('--receiver=expert')).toEqual([]);
  expect(await amtool('alert', 'query')).toMatch(/beam\/horn\/current .*Horn current .*active/);
});

test('amtool adds, finds, changes and ends a silence, in the name of its user and token', async ({
  skip,
}) => {
  await using all = await system(skip, 'expert');
  const { gateway, amtool } = all;
  gateway.engine.raise(alarm('beam/horn/current'));
  const add = ['silence', 'add', 'area=~"beam.*"', '-d', '2h', '-c', 'swap', '-a', 'martina'];
  const id = (await amtool(...add)).trim();
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(gateway.engine.given.at(-1)).toMatchObject({
    kind: 'silence',
    origin: 'alertmanager',
    by: 'martina (expert-program)',
    matchers: [{ name: 'area', value: 'beam.*', isRegex: true }],
  });
  expect((await amtool('silence', 'query', '-q')).trim()).toBe(id);
  expect(await amtool('silence', 'query')).toContain('swap');
  expect(JSON.parse(await amtool('-o', 'json', 'alert', 'query'))).toEqual([]);
  expect(JSON.parse(await amtool('-o', 'json', 'alert', 'query', '--silenced'))).toHaveLength(1);
  await amtool('silence', 'update', id, '-d', '4h', '-c', 'takes longer');
  expect(await amtool('silence', 'query')).toContain('takes longer');
  await amtool('silence', 'expire', id);
  expect((await amtool('silence', 'query', '-q')).trim()).toBe('');
  expect((await amtool('silence', 'query', '-q', '--expired')).trim()).toBe(id);
  expect(JSON.parse(await amtool('-o', 'json', 'alert', 'query'))).toHaveLength(1);
});

test('amtool is told when its token may not silence', async ({ skip }) => {
  await using all = await system(skip, 'shifter');
  await expect(all.amtool('silence', 'add', 'area=beam', '-c', 'x')).rejects.toMatchObject({
    stderr: expect.stringContaining('403'),
  });
});

test('amtool shows the configuration and the cluster that are not there', async ({ skip }) => {
  await using all = await system(skip, 'shifter');
  expect(await all.amtool('cluster', 'show')).toContain('disabled');
});
