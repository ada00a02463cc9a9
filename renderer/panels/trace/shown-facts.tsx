import type { ReactNode } from 'react';
import { isJsonObject, type Json, type JsonObject } from '../../../app/core/graph/json.ts';
import { classes } from '../../ui/classes.ts';
import { TableView } from '../../values/table-view.tsx';
import shared from '../panel-body.module.css';
import styles from './trace.module.css';

/** What a step noted about its work: figures side by side, lists of records (candidates, ranks, scores) as tables. */
export function ShownFacts({ facts }: { facts: JsonObject }): ReactNode {
  const all = Object.entries(facts);
  const lists = all.flatMap(([name, value]) => (isRecords(value) ? [{ name, records: value }] : []));
  const others = all.filter(([, value]) => !isRecords(value));
  return (
    <>
      {others.length > 0 && (
        <dl className={shared['facts']}>
          {others.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {lists.map(({ name, records }) => (
        <div key={name} className={styles['port']}>
          <div className={classes(shared['portName'], styles['portName'])}>{name}</div>
          <TableView table={tableOf(records)} />
        </div>
      ))}
    </>
  );
}

function isRecords(value: Json | undefined): value is JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isJsonObject);
}

function tableOf(records: readonly JsonObject[]) {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const cell = (value: Json | undefined) =>
    value === undefined ? null : typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  return {
    columns,
    truncated: false,
    rows: records.map((record) => Object.fromEntries(columns.map((column) => [column, cell(record[column])]))),
  };
}
