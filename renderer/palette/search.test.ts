import { describe, expect, it } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import { offersAt } from '../state/offers.ts';
import { matchScore, searchOffers } from './search.ts';

const OFFERS = offersAt(emptyDocument('m'), []);
const found = (query: string) => searchOffers(OFFERS, query).map((offer) => offer.type);

describe('palette search', () => {
  it('prefers the whole word, then the beginning, then the inside, then scattered letters', () => {
    const scores = ['Dense', 'Dense block', 'My dense', 'Condensed', 'd-e-n-s-e'].map((text) =>
      matchScore('dense', text),
    );
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores[4]).toBeGreaterThan(0);
    expect(matchScore('dense', 'Flatten')).toBe(0);
  });

  it('finds layers by title and by other names, best first', () => {
    expect(found('dense')[0]).toBe('dense');
    expect(found('fully connected')[0]).toBe('dense');
    expect(found('conv')[0]).toContain('conv');
  });

  it('prefers what is called so to what only has to do with it', () => {
    expect(
      found('transformer')
        .slice(0, 2)
        .every((type) => type.startsWith('block:transformer')),
    ).toBe(true);
  });

  it('shows everything for an empty query and nothing for nonsense', () => {
    expect(found('  ')).toHaveLength(OFFERS.length);
    expect(found('qqqzzz')).toEqual([]);
  });
});
