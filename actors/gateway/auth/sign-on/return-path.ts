/** No host of this name can be. */
const HERE = 'http://here.invalid';
const LONGEST = 2_000;

/**
 * Where on our page somebody wants to be once they are signed in; undefined for what a browser would take for another
 * host's address, or for an address that is no page. Its query and fragment are kept.
 */
export function returnPath(text: string): string | undefined {
  if (!text.startsWith('/') || text.length > LONGEST) return undefined;
  const url = URL.parse(text, HERE);
  // As a browser will read it: `/\host` and `/..//host` are other hosts.
  if (url?.origin !== HERE || url.pathname.startsWith('//') || url.pathname.startsWith('/api/'))
    return undefined;
  return url.pathname + url.search + url.hash;
}
