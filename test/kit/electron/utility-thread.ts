import { EventEmitter } from 'node:events';
import { enableCompileCache } from 'node:module';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { compileCache } from '../compile-cache.ts';
import { MessagePortMain } from './fake-electron.ts';

/** Runs a module of a utility process in a thread: gives it the `process.parentPort` that Electron would. */
class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    parentPort?.postMessage(message);
  }
}

const port = new ParentPort();
Object.assign(process, { parentPort: port });
parentPort?.on('message', ({ data, ports }: { data: unknown; ports: MessagePort[] }) => {
  port.emit('message', { data, ports: ports.map((raw) => new MessagePortMain(raw)) });
});
enableCompileCache(compileCache.NODE_COMPILE_CACHE);
await import((workerData as { module: string }).module);
