/** One entry of a menu; `line` draws a separator above it. */
export interface MenuItem {
  readonly label: string;
  readonly shortcut?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** Marks the current choice among several. */
  readonly checked?: boolean;
  readonly line?: boolean;
  readonly onselect: () => void;
}
