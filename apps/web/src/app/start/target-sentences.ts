import type { Plan } from '../api/wire';
import type { Words } from '../i18n/words';

/** Says which synced days are not in the target as the datasets file has it. */
export function elsewhereSentence(
  { t }: Pick<Words, 't'>,
  { elsewhere }: Pick<Plan, 'elsewhere'>,
): string | null {
  if (elsewhere === null) return null;
  const { days, table } = elsewhere;
  const tables = elsewhere.tables.join(t('preview.and'));
  return tables === ''
    ? t('target.elsewhere', { days, table })
    : t('target.elsewhere_in', { days, table, tables, count: elsewhere.tables.length });
}

/** Says which days lack a column that the target now has. */
export function incompleteSentence(
  { t }: Pick<Words, 't'>,
  { incomplete }: Pick<Plan, 'incomplete'>,
): string | null {
  if (incomplete === null) return null;
  const { columns, days } = incomplete;
  return t('target.incomplete', { days, columns: columns.join(t('preview.and')) });
}
