import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { newAttempt, readAttempt } from '../../../../../actors/gateway/auth/sign-on/attempt.ts';
import { returnPath } from '../../../../../actors/gateway/auth/sign-on/return-path.ts';

test('a place on the page is kept with its query and fragment', () => {
  expect(returnPath('/boards/x?from=now-1h&to=now#p')).toBe('/boards/x?from=now-1h&to=now#p');
  expect(returnPath('/')).toBe('/');
});

test('whatever is asked for, a browser that is sent there stays with us', () => {
  const pieces = constantFrom(
    '/',
    '\\',
    '..',
    '.',
    '//',
    'evil.example',
    '@',
    ':',
    'https:',
    '\t',
    '\n',
    '%2f',
    'api',
    ' ',
    '?',
    '#',
    'é',
  );
  assert(
    property(
      array(pieces, { maxLength: 8 }).map(parts => parts.join('')),
      text => {
        const place = returnPath(text);
        if (place === undefined) return;
        // As a browser resolves the header, from any page of ours.
        expect(new URL(place, 'https://alarms.example/api/v1/session/oidc').origin).toBe(
          'https://alarms.example',
        );
      },
    ),
    { numRuns: 5_000 },
  );
});

test('an attempt is known again by its cookie alone, and everything about it is another in the next', () => {
  const attempt = newAttempt('/alarms');
  expect(readAttempt(attempt.cookie)).toEqual(attempt);
  const other = newAttempt('/alarms');
  for (const part of ['state', 'nonce', 'verifier', 'cookie'] as const)
    expect(other[part]).not.toBe(attempt[part]);
  expect(new Set([attempt.state, attempt.nonce, attempt.verifier]).size).toBe(3);
});

test.each(['', 'rubbish', 'x'.repeat(43), `${'x'.repeat(43)}.a b`, undefined])(
  'a cookie %j is no attempt',
  cookie => {
    expect(readAttempt(cookie)).toBeUndefined();
  },
);

test('a cookie that somebody has changed leads nowhere else', () => {
  const elsewhere = Buffer.from('https://evil.example/').toString('base64url');
  expect(readAttempt(`${'x'.repeat(43)}.${elsewhere}`)?.returnTo).toBe('/');
});
