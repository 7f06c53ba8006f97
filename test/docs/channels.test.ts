import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ChannelConfig } from '../../actors/alarm-dispatcher/channels/config.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { readPage } from './examples.ts';

const page = await readPage('docs/channels.md');

test('every channel of the example is one that is understood, and every kind is there', async () => {
  await using folder = await temporaryDirectory();
  const webhook = 'https://discord.com/api/webhooks/112233445566778899/token-of-an-example';
  await writeFile(join(folder.path, 'webhook'), webhook);
  const text = page
    .example('yaml', 'channels')
    .replace('/run/secrets/experts-webhook', join(folder.path, 'webhook'));
  for (const [, name = ''] of text.matchAll(/env: (\w+)/g)) {
    process.env[name] =
      name.endsWith('URL') || name.endsWith('WEBHOOK') ? 'https://example.org/hook' : `value of ${name}`;
  }
  const channels = Object.values(parse(text) as Record<string, unknown>).map(section =>
    ChannelConfig.parse(section),
  );
  const kinds = ChannelConfig.options.map(option => [...option.shape.kind.values][0]);
  expect(new Set(channels.map(({ kind }) => kind))).toEqual(new Set(kinds));
});
