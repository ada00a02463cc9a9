import type { ComponentType } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import type { DocumentStore } from '../../state/document-store.ts';
import type { ControlProps } from '../../ui/field.tsx';
import type { FieldProblem } from '../field-problems.ts';
import type { Field } from '../fields-of.ts';

export interface WidgetProps {
  /** Id and descriptions that join it to its label: spread over the control. */
  control: ControlProps;
  field: Field;
  /** The value in the file; undefined where its default holds. */
  value: Json | undefined;
  /** `undefined` takes the field out of the file. */
  onChange: (value: Json | undefined) => void;
  /** The workflow around, for what is picked from it. */
  document: DocumentStore;
  node: string;
  /** What the check of the workflow says about the field. */
  problems: readonly FieldProblem[];
}

/** A control for the fields whose form names one of these widgets. */
export interface Widget {
  for: readonly string[];
  component: ComponentType<WidgetProps>;
}
