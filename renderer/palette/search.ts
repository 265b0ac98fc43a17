import type { Offer } from '../state/offers.ts';

/**
 * How well `query` matches `text`: 0 for not at all, more for better. Whole words and beginnings of words count most;
 * otherwise the letters must occur in order, closely together counting more.
 */
export function matchScore(query: string, text: string): number {
  const needle = query.toLowerCase();
  const haystack = text.toLowerCase();
  if (haystack === needle) return 100;
  if (haystack.startsWith(needle)) return 90 - Math.min(20, haystack.length - needle.length);
  const inside = haystack.indexOf(needle);
  if (inside > 0) return /[\s\-_/(]/.test(haystack[inside - 1]) ? 65 : 50;
  return subsequenceScore(needle, haystack);
}

function subsequenceScore(needle: string, haystack: string): number {
  let at = -1;
  let gaps = 0;
  for (const letter of needle) {
    const next = haystack.indexOf(letter, at + 1);
    if (next === -1) return 0;
    if (at >= 0) gaps += next - at - 1;
    at = next;
  }
  return Math.max(0, 30 - 6 * gaps);
}

/** Offers that match every word of the query, best first; all of them, in their order, for an empty query. */
export function searchOffers(offers: readonly Offer[], query: string): readonly Offer[] {
  const words = query.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return offers;
  return offers
    .map((offer) => ({ offer, score: Math.min(...words.map((word) => offerScore(offer, word))) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ offer }) => offer);
}

function offerScore(offer: Offer, word: string): number {
  const keywords = (offer.keywords ?? []).map((keyword) => matchScore(word, keyword) * 0.7);
  return Math.max(
    matchScore(word, offer.title),
    matchScore(word, offer.type),
    ...keywords,
    matchScore(word, offer.category) * 0.6,
  );
}
