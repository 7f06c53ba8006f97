import { SaxesParser } from 'saxes';

/** An element of an answer; what is not text or an element is passed over. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Reads what S3 answers. Undefined for what is not well-formed XML, such as the page of a proxy. */
export function readXml(text: string): XmlElement | undefined {
  const root = { name: '', children: [] as XmlElement[], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  let broken = false;
  parser.on('error', () => (broken = true));
  parser.on('opentag', ({ name }) => {
    const element = { name, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', part => {
    const element = open.at(-1);
    if (element) element.text += part;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return broken ? undefined : root.children[0];
}

/** Text of the first child of this name; empty when there is none. */
export const textOf = (element: XmlElement | undefined, name: string): string =>
  element?.children.find(child => child.name === name)?.text ?? '';
