import type { Dashboard, Variable } from '../../dashboards/model.ts';
import { element } from '../dom.ts';
import { ALL_CHOSEN, type Choices } from './choices.ts';

/** Variables that people choose; the data source is ours and not asked for. */
export const chosenByPeople = ({ templating }: Dashboard): readonly Variable[] =>
  templating.list.filter(({ type, hide }) => type !== 'datasource' && hide !== 2);

/** A list to choose from for each variable. */
export function variablePickers(
  board: Dashboard,
  options: Readonly<Record<string, readonly string[]>>,
  choices: Choices,
  choose: (name: string, value: string | readonly string[]) => void,
): HTMLElement[] {
  return chosenByPeople(board).map(variable => {
    const values = options[variable.name] ?? [];
    const chosen = new Set([choices[variable.name] ?? []].flat());
    const select = element(
      'select',
      {
        multiple: variable.multi === true,
        size: variable.multi === true ? 1 : undefined,
        onchange: () => {
          const picked = [...select.selectedOptions].map(({ value }) => value);
          choose(variable.name, variable.multi === true ? picked : (picked[0] ?? ''));
        },
      },
      ...[...(variable.includeAll === true ? [ALL_CHOSEN] : []), ...values].map(value =>
        element('option', { value, selected: chosen.has(value) }, value === ALL_CHOSEN ? 'All' : value),
      ),
    );
    return element('label', {}, `${variable.label} `, select);
  });
}
