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
  /** An action of the studio was chosen in the menu. */
  onAction(listener: (id: string) => void): () => void;
  /** Somebody asks to look at a workflow file. It is only shown: nothing of it is saved or run by that. */
  onPreview(listener: (file: { name: string; text: string }) => void): () => void;
}
