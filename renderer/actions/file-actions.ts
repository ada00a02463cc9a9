import { Download, FilePlus2, FolderOpen, History, Import, PackageOpen, Save, X } from 'lucide-react';
import { workflowFileText } from '../../app/core/graph/content-hash.ts';
import { downloadText } from '../state/download-text.ts';
import { pickFile } from '../state/pick-file.ts';
import { saveFirst } from '../state/save-first.ts';
import { openOverlay, type Studio } from '../state/studio.ts';
import { takeText } from '../state/take-text.ts';
import { showPanel } from '../state/view-store.ts';
import { defineAction } from './action.ts';
import { needsDocument } from './unavailable.ts';

export const actions = [
  defineAction({
    id: 'file.new',
    title: 'action.file.new',
    group: 'file',
    icon: FilePlus2,
    keys: ['Alt+N'],
    run: (studio) => openOverlay(studio, 'new-workflow'),
  }),
  defineAction({
    id: 'file.open',
    title: 'action.file.open',
    group: 'file',
    icon: FolderOpen,
    keys: ['Mod+O'],
    inText: true,
    run: ({ view }) => showPanel(view, 'left', 'workflows'),
  }),
  defineAction({
    id: 'file.save',
    title: 'action.file.save',
    group: 'file',
    icon: Save,
    keys: ['Mod+S'],
    inText: true,
    unavailable: needsDocument,
    run: save,
  }),
  defineAction({
    id: 'file.export',
    title: 'action.file.export',
    group: 'file',
    icon: Download,
    unavailable: needsDocument,
    run({ documents }) {
      const open = documents.active();
      if (!open) return;
      const { file } = open.document.store.getState();
      downloadText(file.slice(file.lastIndexOf('/') + 1), workflowFileText(open.document.workflow()));
    },
  }),
  defineAction({
    id: 'file.exportWhole',
    title: 'action.file.exportWhole',
    group: 'file',
    icon: PackageOpen,
    unavailable: needsDocument,
    async run(studio) {
      const open = studio.documents.active();
      if (open && (await saveFirst(studio, open)))
        openOverlay(studio, 'export-file', open.document.store.getState().file);
    },
  }),
  defineAction({
    id: 'file.import',
    title: 'action.file.import',
    group: 'file',
    icon: Import,
    run: (studio) =>
      pickFile('.json', (file) => {
        file.text().then((text) => takeText(studio, text, { name: file.name }), studio.notices.fail);
      }),
  }),
  defineAction({
    id: 'file.versions',
    title: 'action.file.versions',
    group: 'file',
    icon: History,
    unavailable: needsDocument,
    run: ({ view }) => showPanel(view, 'dock', 'versions'),
  }),
  defineAction({
    id: 'file.close',
    title: 'action.file.close',
    group: 'file',
    icon: X,
    keys: ['Alt+W'],
    unavailable: needsDocument,
    run: closeActive,
  }),
];

async function save(studio: Studio): Promise<void> {
  const open = studio.documents.active();
  if (!open || (await open.saving.save())) return;
  if (open.saving.store.getState().status === 'conflict') openOverlay(studio, 'conflict', open.key);
}

async function closeActive(studio: Studio): Promise<void> {
  const { active } = studio.documents.store.getState();
  if (active !== undefined) await closeTab(studio, active);
}

/** Closes a tab; asks first when that would give work up. */
export async function closeTab(studio: Studio, key: number): Promise<void> {
  const tab = studio.documents.store.getState().tabs.find((one) => one.key === key);
  if (tab?.kind === 'document' && tab.document.isDirty()) openOverlay(studio, 'close-tab', key);
  else await studio.documents.close(key);
}
