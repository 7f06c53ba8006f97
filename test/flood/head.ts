import type { Aim } from './attack.ts';

/** The head of a request, as far as the line that ends it. */
export const head = (
  { path, token }: Pick<Aim, 'path' | 'token'>,
  method: string,
  headers: Readonly<Record<string, string | number>>,
): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
