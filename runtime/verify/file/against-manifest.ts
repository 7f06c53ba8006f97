import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MANIFEST_SUFFIX, Manifest } from '../../../protocol/rotorooter/manifest.ts';
import type { Finding } from '../compare.ts';

/** What the file's own manifest says of its bytes. */
export async function againstManifest(path: string): Promise<Finding[]> {
  const text = await readFile(path + MANIFEST_SUFFIX, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const { sha256: told, bytes } = Manifest.parse(JSON.parse(text));
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  if (size === bytes && hash.digest('hex') === told) return [];
  const where = `${basename(path)}: ${size} bytes, not the ${bytes} with the digest of its manifest`;
  return [{ kind: 'different', stage: 'filed', key: 'manifest', where }];
}
