/** What a run took from another one: the weights that it began with, as JSON. */
export default `
ALTER TABLE runs ADD COLUMN initial TEXT;
`;
