import ipaddr from 'ipaddr.js';
import { SpillwayError } from '../../protocol/errors.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Says whether an address, as `socket.remoteAddress` gives it, lies in one of the networks. */
export type AllowList = (address: string) => boolean;

/**
 * An allow-list of networks in CIDR notation; an address alone stands for itself. IPv4 addresses match IPv4
 * networks also when they come mapped into IPv6 (`::ffff:10.0.0.1`), as they do on a dual-stack socket.
 * @throws SpillwayError CONFIG_INVALID naming the entry that is none.
 */
export function allowList(entries: readonly string[]): AllowList {
  const networks = entries.map(parseNetwork);
  return address => {
    const caller = plainAddress(address);
    if (caller === undefined) return false;
    return networks.some(
      ([network, bits]) => network.kind() === caller.kind() && caller.match(network, bits),
    );
  };
}

/** The address in its shortest usual form, IPv4 where it is one; undefined for what is no address. */
export function canonicalAddress(address: string | undefined): string | undefined {
  return address === undefined ? undefined : plainAddress(address)?.toString();
}

function plainAddress(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

function parseNetwork(entry: string): [Address, number] {
  const [address = '', prefix, ...rest] = entry.split('/');
  // The library also reads `10/8` as 0.0.0.10/8, after inet_aton: not what anybody means by it.
  const written = address.includes(':')
    ? ipaddr.IPv6.isValid(address)
    : ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!written || rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix)))
    throw notANetwork(entry);
  const network = ipaddr.parse(address);
  const bits = Number(prefix ?? network.toByteArray().length * 8);
  if (bits > network.toByteArray().length * 8) throw notANetwork(entry);
  if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96) {
    return [network.toIPv4Address(), bits - 96];
  }
  return [network, bits];
}

const notANetwork = (entry: string): SpillwayError =>
  new SpillwayError(
    'CONFIG_INVALID',
    `"${entry}" is not a network: write an address with a prefix length, such as 131.225.0.0/16 or ::1/128`,
  );
