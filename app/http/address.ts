/** Client addresses as keys of limits: one IPv4 address, or one IPv6 network of 64 bits. */
import { isIPv6 } from 'node:net';

/**
 * The key under which an address is counted. Whoever has an IPv6 address has its whole /64.
 *
 * @param address as Node gives it; an IPv4 address mapped into IPv6 counts as IPv4
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped) return mapped;
  return isIPv6(bare) ? `${groupsOf(bare).slice(0, 4).join(':')}::/64` : bare;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const start = head === '' ? [] : head.split(':');
  const end = tail ? tail.split(':') : [];
  const missing = Array.from({ length: 8 - start.length - end.length }, () => '0');
  const groups = tail === undefined ? start : [...start, ...missing, ...end];
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}
