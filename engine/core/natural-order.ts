/** Orders names as people do: "image2" before "image10". One collator, since making one per comparison is slow. */
export const naturalOrder = new Intl.Collator('en', { numeric: true }).compare;
