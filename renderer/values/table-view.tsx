import type { ReactNode } from 'react';
import type { Table } from '../../app/core/graph/values.ts';
import { t } from '../strings/text.ts';
import words from '../ui/text.module.css';
import styles from './value.module.css';

const MOST = 100;

export function TableView({ table: { columns, rows } }: { table: Table }): ReactNode {
  const shown = rows.slice(0, MOST);
  return (
    <>
      <table className={styles['table']}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={JSON.stringify(row)}>
              {columns.map((column) => (
                <td key={column}>{String(row[column] ?? '')}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST && (
        <p className={words['note']}>{t('value.rows', { count: rows.length, shown: shown.length })}</p>
      )}
    </>
  );
}
