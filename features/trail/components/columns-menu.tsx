'use client';
import { buttonClass } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { Menu, MenuCheck } from '@/components/ui/menu';
import { EXTRA_AT_MOST, EXTRA_COLUMNS } from '../columns';
import { useQuestion } from './question-context';

/** Which columns the list shows beside its own; they stand in the address. While an event is open in the panel its fields stand there, and the list keeps to its own. */
export function ColumnsMenu() {
  const { columns, setColumns } = useQuestion();
  return (
    <Menu
      trigger={
        <button type="button" className={`${buttonClass({ size: 'sm', variant: 'plain' })} no-print max-wide:!hidden`}>
          <Icon name="columns" size={14} />
          Columns{columns.length > 0 && <span className="text-xs text-ink-3">+{columns.length}</span>}
        </button>
      }
    >
      {EXTRA_COLUMNS.map(({ key, label }) => {
        const isShown = columns.includes(key);
        return (
          <MenuCheck
            key={key}
            checked={isShown}
            disabled={!isShown && columns.length >= EXTRA_AT_MOST}
            onChange={() => setColumns(isShown ? columns.filter((one) => one !== key) : [...columns, key])}
          >
            {label}
          </MenuCheck>
        );
      })}
      <p className="px-2 pt-1 pb-1 text-2xs text-ink-3">Four at most, kept in the address</p>
    </Menu>
  );
}
