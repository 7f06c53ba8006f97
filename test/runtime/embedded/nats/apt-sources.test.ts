import { expect, test } from 'vitest';
import {
  ownArchive,
  parseDeb822,
  parseOneLine,
  renderSource,
  suitesToTry,
} from '../../../../runtime/embedded/nats/apt-sources.ts';

const DEB822 = `Types: deb
# a comment inside a stanza
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://other.example/apt
Suites: stable
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc=
 -----END PGP PUBLIC KEY BLOCK-----
`;

test('the archive of the installed system is found among others, with its mirror and keyring', () => {
  expect(ownArchive(parseDeb822(DEB822), 'bookworm')).toEqual({
    uri: 'http://mirror.example/debian',
    suites: ['bookworm', 'bookworm-updates'],
    components: ['main', 'contrib'],
    signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
  });
});

test('source packages and disabled archives are left out', () => {
  expect(parseDeb822(DEB822).map(source => source.uri)).toEqual([
    'http://mirror.example/debian',
    'http://other.example/apt',
  ]);
});

test('an embedded key keeps its lines', () => {
  expect(ownArchive(parseDeb822(DEB822), 'stable')?.signedBy).toContain('\n abc=\n');
});

test('one-line sources are read with and without options', () => {
  const text = [
    '# deb http://off.example/debian bookworm main',
    'deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main contrib # note',
    'deb http://b.example/debian bookworm-security main',
    'deb-src http://b.example/debian bookworm main',
  ].join('\n');
  expect(parseOneLine(text)).toEqual([
    {
      uri: 'http://a.example/debian',
      suites: ['bookworm'],
      components: ['main', 'contrib'],
      signedBy: '/k.gpg',
    },
    {
      uri: 'http://b.example/debian',
      suites: ['bookworm-security'],
      components: ['main'],
      signedBy: undefined,
    },
  ]);
});

test('the derived source differs in the suite only and keeps the signature check', () => {
  const archive = ownArchive(parseDeb822(DEB822), 'bookworm');
  if (!archive) throw new Error('no archive');
  expect(parseDeb822(renderSource(archive, 'sid'))).toEqual([{ ...archive, suites: ['sid'] }]);
});

test('another distribution is never asked for the suites of Debian', () => {
  expect(suitesToTry('debian', 'bookworm')).toEqual(['sid', 'trixie', 'bookworm']);
  expect(suitesToTry('debian', 'trixie')).toEqual(['sid', 'trixie']);
  expect(suitesToTry('ubuntu', 'noble')).toEqual(['noble']);
});
