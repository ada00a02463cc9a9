import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { type Action, actionGroups, titleOf } from '../../actions/action.ts';
import { keysOf, pressedKeys, shownKeys } from '../../actions/keys.ts';
import { actions } from '../../actions/registry.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import styles from './shortcuts.module.css';

/** All keys; a press on one gives an action others. */
export function ShortcutList(): ReactNode {
  return (
    <div className={styles['groups']}>
      {actionGroups.map((group) => (
        <section key={group} className={styles['group']}>
          <h3>{t(`actions.${group}`)}</h3>
          {actions
            .filter((action) => action.group === group)
            .map((action) => (
              <Row key={action.id} action={action} />
            ))}
        </section>
      ))}
    </div>
  );
}

function Row({ action }: { action: Action }): ReactNode {
  const { view } = useStudio();
  const { keys: chosen } = useStore(view);
  const [isListening, setListening] = useState(false);
  const [taken, setTaken] = useState<string>();
  const keys = keysOf(action, chosen);

  function press(event: KeyboardEvent): void {
    if (!isListening) return;
    const pressed = pressedKeys(event);
    if (pressed === undefined || pressed === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    setListening(false);
    if (pressed === 'Escape') return;
    const other = actions.find((one) => one !== action && [...keysOf(one, chosen), one.machineKeys].includes(pressed));
    setTaken(other && t('shortcuts.taken', { keys: shownKeys(pressed), action: titleOf(other) }));
    if (!other) view.setState({ keys: { ...chosen, [action.id]: [pressed] } });
  }

  function reset(): void {
    const { [action.id]: _own, ...rest } = chosen;
    view.setState({ keys: rest });
  }

  const name = titleOf(action);
  return (
    <div className={styles['row']}>
      <span>
        {name}
        {taken !== undefined && <em role="alert"> {taken}</em>}
      </span>
      {Object.hasOwn(chosen, action.id) && (
        <button type="button" className={styles['reset']} onClick={reset}>
          {t('shortcuts.reset')}
        </button>
      )}
      {action.machineKeys !== undefined && (
        <kbd className={styles['machine']} title={t('shortcuts.machine')}>
          {shownKeys(action.machineKeys)}
        </kbd>
      )}
      <button
        type="button"
        className={styles['keys']}
        data-listening={isListening}
        aria-label={t('shortcuts.change', { action: name, keys: keys.map((one) => shownKeys(one)).join(', ') })}
        onClick={() => setListening(!isListening)}
        onKeyDown={press}
        onBlur={() => setListening(false)}
      >
        {isListening ? t('shortcuts.press') : keys.map((one) => shownKeys(one)).join('  ') || '–'}
      </button>
    </div>
  );
}
