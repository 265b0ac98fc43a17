import { bringsFiles, droppedBy, type Dropped } from './dropped.ts';

/** A place that files can be dropped on; `handlers` are for its element. */
export class FileDrop {
  /** True while files are held over it. */
  over = $state(false);
  readonly handlers: {
    readonly ondragover: (event: DragEvent) => void;
    readonly ondragleave: () => void;
    readonly ondrop: (event: DragEvent) => void;
  };

  constructor(ondropped: (dropped: Dropped) => void) {
    this.handlers = {
      ondragover: (event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        this.over = true;
      },
      ondragleave: () => (this.over = false),
      ondrop: (event) => {
        this.over = false;
        if (!event.dataTransfer || !bringsFiles(event)) return;
        event.preventDefault();
        ondropped(droppedBy(event.dataTransfer));
      },
    };
  }
}
