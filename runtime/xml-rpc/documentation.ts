import type { XmlRpcMethods } from './options.ts';

/** What a browser gets on the path: the methods in plain text, as the Beams Division's own server has it. */
export function documentationPage(methods: XmlRpcMethods): string {
  const sections = [...methods]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { signature = [], help = '' }]) => {
      const forms = signature.map(([result = '', ...params]) => `${name}(${params.join(', ')}) -> ${result}`);
      return [...(forms.length > 0 ? forms : [name]), ...(help === '' ? [] : [`    ${help}`])].join('\n');
    });
  return `XML-RPC: POST text/xml to this address.\n\n${sections.join('\n\n')}\n`;
}
