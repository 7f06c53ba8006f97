/**
 * Reads the machine's own package sources and derives one for another suite of the same archive, so that a
 * mirror, a proxy and the keyring the operator chose stay in use and no host is named here.
 *
 * Formats: sources.list(5), deb822 style (`*.sources`) and one-line style (`*.list`).
 */

/** One archive the machine trusts. `signedBy` is a keyring path, or an embedded key with its line folds. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy: string | undefined;
}

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter(Boolean);

/** Binary (`deb`) sources of a `*.sources` file; disabled stanzas are left out. */
export function parseDeb822(text: string): AptSource[] {
  return text
    .split('\n')
    .filter(line => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap(stanza => {
      const fields = new Map<string, string>();
      // A line that starts with white space continues the field above it.
      for (const [, name, value] of stanza.matchAll(/^([A-Za-z0-9-]+):([^\n]*(?:\n[ \t]+[^\n]*)*)/gm))
        if (name !== undefined && value !== undefined) fields.set(name.toLowerCase(), value.trim());
      if (!words(fields.get('types')).includes('deb') || fields.get('enabled') === 'no') return [];
      return words(fields.get('uris')).map(uri => ({
        uri,
        suites: words(fields.get('suites')),
        components: words(fields.get('components')),
        signedBy: fields.get('signed-by'),
      }));
    });
}

/** Sources of a `*.list` file: `deb [option=value ...] URI suite component...` */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap(line => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) return [];
    const [, options, uri = '', suite = '', components] = match;
    const signedBy = words(options)
      .find(option => option.startsWith('signed-by='))
      ?.slice('signed-by='.length);
    return [{ uri, suites: [suite], components: words(components), signedBy }];
  });
}

/** The archive the installed system itself comes from: the one that offers its code name, e.g. `bookworm`. */
export const ownArchive = (sources: readonly AptSource[], codename: string): AptSource | undefined =>
  sources.find(source => source.suites.includes(codename));

/** A deb822 file for one suite of an archive; only the package index is asked for. */
export const renderSource = (source: AptSource, suite: string): string =>
  [
    'Types: deb',
    `URIs: ${source.uri}`,
    `Suites: ${suite}`,
    `Components: ${[...new Set([...source.components, 'main'])].join(' ')}`,
    'Targets: Packages',
    ...(source.signedBy === undefined ? [] : [`Signed-By: ${source.signedBy}`]),
    '',
  ].join('\n');

/**
 * Suites to try, newest server first: Debian's sid and trixie carry 2.10 and above; other Debian-like systems
 * know only their own suites. The installed suite comes last.
 */
export const suitesToTry = (id: string, codename: string): string[] =>
  id === 'debian' ? [...new Set(['sid', 'trixie', codename])] : [codename];
