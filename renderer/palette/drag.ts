/** The kind of data that a dragged palette item carries: the type of its offer. */
export const OFFER_MIME = 'application/x-strata-offer';
