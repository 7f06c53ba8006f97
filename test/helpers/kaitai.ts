import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);

interface Compiler {
  compile(
    language: string,
    description: unknown,
    imports: null,
    debug: boolean,
  ): Promise<Record<string, string>>;
}

/**
 * A JavaScript reader that the Kaitai Struct compiler generates from a description of this repository.
 * @param path of the `.ksy` file, from the root of the repository
 * @param name of the class it describes, e.g. `MinosBeamFile`
 */
export async function kaitaiReader(path: string, name: string): Promise<(bytes: Uint8Array) => unknown> {
  const compiler = require('kaitai-struct-compiler') as Compiler;
  const KaitaiStream = require('kaitai-struct/KaitaiStream') as new (bytes: Uint8Array) => object;
  const description: unknown = parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8'));
  const files = await compiler.compile('javascript', description, null, false);
  const generated: Record<string, new (stream: object) => unknown> = {};
  // The generated module is in CommonJS form.
  // oxlint-disable-next-line typescript/no-implied-eval
  new Function('exports', 'require', files[`${name}.js`] ?? '')(generated, require);
  const Reader = generated[name];
  if (!Reader) throw new Error(`${path} does not describe ${name}`);
  // A copy, because the runtime reads from the start of the underlying buffer.
  return bytes => new Reader(new KaitaiStream(Uint8Array.from(bytes)));
}
