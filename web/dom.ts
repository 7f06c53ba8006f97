type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/**
 * An element with attributes, listeners (`onclick`) and children. Text is always text: nothing here reads markup, so a
 * device name or a note cannot become any.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children.filter(child => child !== undefined && child !== false));
  return made;
}

/** Links that a board or a rule may give: paths of ours and http addresses; anything else (javascript:) is no link. */
export const safeLink = (url: string): string | undefined =>
  /^(https?:\/\/|\/(?!\/)|#)/.test(url) ? url : undefined;
