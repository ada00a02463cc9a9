import { type ReactNode, useId } from 'react';
import { t } from '../strings/text.ts';
import { type ColorName, colorNames } from '../theme/colors.ts';
import styles from './color-swatches.module.css';

export interface ColorSwatchesProps {
  label: string;
  value: ColorName | undefined;
  onChange: (color: ColorName | undefined) => void;
}

/** The colours that people give to things, and none. */
export function ColorSwatches({ label, value, onChange }: ColorSwatchesProps): ReactNode {
  const name = useId();
  return (
    <fieldset className={styles['swatches']}>
      <legend>{label}</legend>
      {[undefined, ...colorNames].map((color) => {
        const shown = t(color === undefined ? 'color.none' : `color.${color}`);
        return (
          <label key={shown} className={styles['swatch']} data-color={color} title={shown}>
            <input
              type="radio"
              name={name}
              aria-label={shown}
              checked={value === color}
              onChange={() => onChange(color)}
            />
          </label>
        );
      })}
    </fieldset>
  );
}
