import { expect, test } from 'vitest';
import { safeLink } from '../../web/dom.ts';

test.each(['https://logbook.example/1', '/boards/spillway-horn?from=now-1h', '#here'])(
  '%s is a link',
  url => {
    expect(safeLink(url)).toBe(url);
  },
);

test.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'data:text/html,x',
  '//elsewhere.example',
  String.raw`/\elsewhere.example`,
  'file:///etc/passwd',
  '',
])('%j is none', url => {
  expect(safeLink(url)).toBeUndefined();
});
