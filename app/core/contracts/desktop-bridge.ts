import type { AppError } from '../errors/app-error.ts';

/** How far the app is with a newer release of itself. */
export interface UpdateState {
  /** Version that is installed. */
  version: string;
  /**
   * `off`: this build has no update channel; `unasked`, `checking`, `current`, `offered`, `downloading`, `ready`: to be
   * installed by a restart; `installing`.
   */
  step: 'off' | 'unasked' | 'checking' | 'current' | 'offered' | 'downloading' | 'ready' | 'installing';
  /** Version that is offered, downloading or ready. */
  next?: string | undefined;
  /** Bytes of its file, and how many have arrived. */
  size?: number | undefined;
  received?: number | undefined;
  /** Why the last thing that was asked for was not done. */
  problem?: Pick<AppError, 'code' | 'message' | 'remedy'> | undefined;
}

/**
 * What the desktop shell gives the studio beside the contract, as `window.pipewright`; in a browser there is none.
 * Listeners get plain values; each `on…` gives the function that ends it.
 */
export interface DesktopBridge {
  /** Asks for a new port to the engine: it arrives as a message `pipewright:port` to the window. */
  connect(): Promise<void>;
  /** Opens an https address in the user's browser after asking. @returns whether it was opened */
  openOutside(url: string): Promise<boolean>;
  /** Lets the user choose another workspace; the page is loaded again when one was chosen. */
  chooseWorkspace(): Promise<boolean>;
  /** The page listens: a file that it was asked to look at before is handed over now. */
  ready(): Promise<void>;
  updateState(): Promise<UpdateState>;
  /** Asks the update channel. Resolves when it has answered or could not; the state says which. */
  checkForUpdate(): Promise<void>;
  /** Downloads the release that is offered, and looks whether it is what was signed. */
  downloadUpdate(): Promise<void>;
  /** Keeps copies of the workspace's databases, then quits and installs the release that is ready. */
  installUpdate(): Promise<void>;
  onUpdate(listener: (state: UpdateState) => void): () => void;
  /** An action of the studio was chosen in the menu. */
  onAction(listener: (id: string) => void): () => void;
  /** Somebody asks to look at a workflow file. It is only shown: nothing of it is saved or run by that. */
  onPreview(listener: (file: { name: string; text: string }) => void): () => void;
}
