import { describe, expect, it } from 'vitest';
import { allowList, canonicalAddress } from '../../../runtime/xml-rpc/allow-list.ts';

describe('an allow-list', () => {
  it.each([
    ['131.225.0.0/16', '131.225.8.1', true],
    ['131.225.0.0/16', '131.226.8.1', false],
    ['131.225.0.0/16', '::ffff:131.225.8.1', true],
    ['::ffff:131.225.0.0/112', '131.225.8.1', true],
    ['131.225.8.1', '131.225.8.1', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['::/0', '131.225.8.1', false],
    ['0.0.0.0/0', '::1', false],
    ['0.0.0.0/0', 'nonsense', false],
  ])('%s and %s: %s', (entry, address, allowed) => {
    expect(allowList([entry])(address)).toBe(allowed);
  });

  it('lets nobody in when it is empty', () => {
    expect(allowList([])('127.0.0.1')).toBe(false);
  });

  it.each([
    '10/8',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '0x7f.1',
    'fnal.gov',
    '',
    '010.0.0.1',
  ])('refuses the entry "%s" rather than guess at it', entry => {
    expect(() => allowList([entry])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('has one spelling of each address, so that limits per address hold', () => {
    expect(canonicalAddress('::ffff:127.0.0.1')).toBe('127.0.0.1');
    expect(canonicalAddress('0:0::1')).toBe('::1');
    expect(canonicalAddress(undefined)).toBeUndefined();
  });
});
