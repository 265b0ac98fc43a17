/** The kind of data that a dragged palette item carries: its layer type. */
export const LAYER_MIME = 'application/x-strata-layer';
