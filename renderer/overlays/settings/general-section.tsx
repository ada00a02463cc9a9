import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../../shell/studio-context.ts';
import { type ViewState, wireShapes } from '../../state/view-store.ts';
import { languages } from '../../strings/languages.ts';
import { type StringKey, t } from '../../strings/text.ts';
import { motions } from '../../theme/motion.ts';
import { themes } from '../../theme/theme.ts';
import { Check } from '../../ui/check.tsx';
import { Field } from '../../ui/field.tsx';
import styles from './settings.module.css';

/** How the studio looks and moves. Kept for this person on this machine. */
export function GeneralSection(): ReactNode {
  const { view } = useStudio();
  const { snap, minimap } = useStore(view);
  return (
    <div className={styles['fields']}>
      <Choice of="theme" values={themes} label={(value) => t(`settings.theme.${value}`)} />
      <Choice
        of="motion"
        values={motions}
        label={(value) => t(`settings.motion.${value}`)}
        help="settings.motionHelp"
      />
      <Choice of="wires" values={wireShapes} label={(value) => t(`settings.wires.${value}`)} />
      <Choice
        of="language"
        values={Object.keys(languages) as ViewState['language'][]}
        label={(value) => languages[value].name}
        help="settings.languageHelp"
      />
      <Check label={t('settings.snap')} checked={snap} onChange={(on) => view.setState({ snap: on })} />
      <Check label={t('settings.minimap')} checked={minimap} onChange={(on) => view.setState({ minimap: on })} />
    </div>
  );
}

interface ChoiceProps<K extends 'theme' | 'motion' | 'wires' | 'language'> {
  of: K;
  values: readonly ViewState[K][];
  label: (value: ViewState[K]) => string;
  help?: StringKey;
}

function Choice<K extends 'theme' | 'motion' | 'wires' | 'language'>({
  of,
  values,
  label,
  help,
}: ChoiceProps<K>): ReactNode {
  const { view } = useStudio();
  const now = useStore(view, (state) => state[of]);
  return (
    <Field label={t(`settings.${of}`)} help={help && t(help)}>
      {(control) => (
        <select
          {...control}
          value={now}
          onChange={({ target }) => view.setState({ [of]: target.value as ViewState[K] })}
        >
          {values.map((value) => (
            <option key={value} value={value}>
              {label(value)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
