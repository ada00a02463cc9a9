import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import type * as z from 'zod';
import { isOwnFrame } from './lock-down.ts';

/**
 * The one way for a page to ask the shell for something: only the studio's own top frame is answered, and only for an
 * argument of the right shape.
 * @throws Error to the page, without detail
 */
export function answer<Input>(
  channel: string,
  schema: z.ZodType<Input>,
  work: (input: Input, event: IpcMainInvokeEvent) => unknown,
): void {
  ipcMain.handle(channel, (event, input: unknown) => {
    if (!isOwnFrame(event.senderFrame)) throw new Error('refused');
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new Error('refused');
    return work(parsed.data, event);
  });
}
