import type { Dashboard, Variable } from '../../dashboards/model.ts';
import { element, setText } from '../dom.ts';
import { ALL_CHOSEN, type Choices, nameOf } from './choices.ts';

/** Variables that people choose; the data source is ours and not asked for. */
export const chosenByPeople = ({ templating }: Dashboard): readonly Variable[] =>
  templating.list.filter(({ type, hide }) => type !== 'datasource' && hide !== 2);

type Choose = (name: string, value: string | readonly string[]) => void;

/** Something to choose from for each variable. */
export function variablePickers(
  board: Dashboard,
  options: Readonly<Record<string, readonly string[]>>,
  choices: Choices,
  choose: Choose,
): HTMLElement[] {
  return chosenByPeople(board).map(variable => {
    const values = [...(variable.includeAll === true ? [ALL_CHOSEN] : []), ...(options[variable.name] ?? [])];
    const chosen = [choices[variable.name] ?? []].flat();
    return (variable.multi === true ? several : one)(variable, values, chosen, choose);
  });
}

function one(
  variable: Variable,
  values: readonly string[],
  chosen: readonly string[],
  choose: Choose,
): HTMLElement {
  const { name, label } = variable;
  const select = element(
    'select',
    { onchange: () => choose(name, select.value) },
    ...values.map(value =>
      element('option', { value, selected: chosen.includes(value) }, nameOf(variable, value)),
    ),
  );
  return element('label', {}, `${label} `, select);
}

/** A list to tick, with a filter: there are hundreds of devices. */
function several(
  variable: Variable,
  values: readonly string[],
  before: readonly string[],
  choose: Choose,
): HTMLElement {
  const { name, label } = variable;
  const chosen = new Set(before);
  const summary = element('summary', { 'aria-label': label });
  const say = () => {
    const [first, ...more] = chosen;
    setText(
      summary,
      first === undefined
        ? 'none'
        : `${nameOf(variable, first)}${more.length > 0 ? ` and ${more.length} more` : ''}`,
    );
  };
  const toggle = (value: string, on: boolean): void => {
    if (on) chosen.add(value);
    else chosen.delete(value);
    say();
    choose(name, [...chosen]);
  };
  const lines = values.map(value => {
    const box = element('input', { type: 'checkbox', checked: chosen.has(value) });
    box.addEventListener('change', () => toggle(value, box.checked));
    return {
      value: value.toLowerCase(),
      line: element('label', { class: 'check' }, box, nameOf(variable, value)),
    };
  });
  const filter = element('input', { type: 'search', placeholder: 'Filter', 'aria-label': `Filter ${label}` });
  filter.addEventListener('input', () => {
    for (const { value, line } of lines) line.hidden = !value.includes(filter.value.toLowerCase());
  });
  say();
  const list = element(
    'div',
    { class: 'pop' },
    filter,
    element('div', { class: 'ticks' }, ...lines.map(({ line }) => line)),
  );
  const details = element('details', { class: 'several' }, summary, list);
  details.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !details.contains(relatedTarget)) details.open = false;
  });
  return element('div', { class: 'variable' }, `${label} `, details);
}
