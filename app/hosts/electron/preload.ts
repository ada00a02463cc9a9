import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge, UpdateState } from '../../core/contracts/desktop-bridge.ts';

/**
 * Everything that the page gets from the shell: a few functions of plain values, frozen. It runs before the page in a
 * world of its own and is one file, as the sandbox wants.
 */
declare const window: { postMessage(message: unknown, origin: string, ports: unknown[]): void };

// A port cannot cross into the page's world as a value; it is posted, to the studio's origin and no other.
ipcRenderer.on('engine:port', (event) => window.postMessage('pipewright:port', 'app://bundle', [...event.ports]));

const bridge: DesktopBridge = {
  connect: () => ipcRenderer.invoke('engine:connect'),
  openOutside: (url) => ipcRenderer.invoke('outside:open', url),
  chooseWorkspace: () => ipcRenderer.invoke('workspace:choose'),
  ready: () => ipcRenderer.invoke('page:ready'),
  updateState: () => ipcRenderer.invoke('update:state'),
  checkForUpdate: () => ipcRenderer.invoke('update:check'),
  downloadUpdate: () => ipcRenderer.invoke('update:download'),
  installUpdate: () => ipcRenderer.invoke('update:install'),
  onUpdate: (listener) => {
    const heard = (_event: unknown, state: unknown) => listener(state as UpdateState);
    ipcRenderer.on('update', heard);
    return () => void ipcRenderer.off('update', heard);
  },
  onAction: (listener) => {
    const heard = (_event: unknown, id: unknown) => listener(String(id));
    ipcRenderer.on('action', heard);
    return () => void ipcRenderer.off('action', heard);
  },
  onPreview: (listener) => {
    const heard = (_event: unknown, file: unknown) => {
      const { name, text } = file as { name: unknown; text: unknown };
      listener({ name: String(name), text: String(text) });
    };
    ipcRenderer.on('preview', heard);
    return () => void ipcRenderer.off('preview', heard);
  },
};

contextBridge.exposeInMainWorld('pipewright', Object.freeze(bridge));
